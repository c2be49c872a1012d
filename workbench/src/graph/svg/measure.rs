//! How wide texts are, by a fixed table: a picture is the same on every machine, whatever fonts are
//! there.

use super::Px;

/// Titles.
pub(super) const TITLE: Font = Font { size: 17, widths: &BOLD };
/// Messages' names.
pub(super) const NAME: Font = Font { size: 14, widths: &BOLD };
/// Headings of frames, and what a play says.
pub(super) const STRONG: Font = Font { size: 12, widths: &BOLD };
/// All else.
pub(super) const SMALL: Font = Font { size: 12, widths: &REGULAR };

/// A font: its size in pixels, its advances in thousandths of the size.
#[derive(Clone, Copy)]
pub(super) struct Font {
    size: Px,
    widths: &'static [Px; 95],
}

/// What stands for what was cut off.
const CUT: char = '…';

/// The advances of DejaVu Sans in thousandths of its size, from the space to `~`: it is as wide as any of
/// the usual fonts, so what fits in it fits in them.
const REGULAR: [Px; 95] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637,
    637, 637, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632,
    576, 775, 752, 295, 295, 656, 558, 863, 749, 788, 604, 788, 695, 635, 611, 732, 685, 989, 686,
    611, 686, 391, 337, 391, 838, 500, 500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580,
    278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838,
];

/// The same of DejaVu Sans Bold.
const BOLD: [Px; 95] = [
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 581, 1000, 774, 763, 734, 831, 684,
    684, 821, 837, 373, 373, 775, 638, 996, 837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771,
    725, 726, 458, 366, 458, 838, 500, 500, 675, 716, 593, 716, 679, 436, 716, 712, 343, 343, 666,
    343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712, 366, 712, 838,
];

/// A character that is not in the table: a square, as of CJK. A picture presses or stretches such texts
/// to their width.
const OTHER: Px = 1000;

/// A text that has been measured.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// What is shown.
    pub(super) text: String,
    /// How wide it may be.
    pub(super) width: Px,
    /// Whether each of its characters is in the table.
    pub(super) known: bool,
}

/// The width of a text, rounded up.
pub(super) fn width(text: &str, font: Font) -> Px {
    let sum: Px = text.chars().map(|c| font.advance(c)).sum();
    (sum * font.size + 999) / 1000
}

/// A text, cut so that it is at most so wide.
pub(super) fn fit(text: &str, font: Font, most: Px) -> Measured {
    let whole = width(text, font);
    let text = if whole <= most { text.to_owned() } else { cut(text, font, most) };
    let known = text.chars().all(|c| index(c).is_some() || c == CUT);
    Measured { width: width(&text, font), text, known }
}

/// The whole text, however wide.
pub(super) fn whole(text: &str, font: Font) -> Measured {
    fit(text, font, Px::MAX)
}

/// The longest beginning that fits with a sign that something is missing.
fn cut(text: &str, font: Font, most: Px) -> String {
    let mut left = most * 1000 / font.size - OTHER;
    let fits = |c: &char| {
        left -= font.advance(*c);
        left >= 0
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.truncate(kept.trim_end().len());
    kept.push(CUT);
    kept
}

impl Font {
    fn advance(self, c: char) -> Px {
        index(c).and_then(|at| self.widths.get(at)).copied().unwrap_or(OTHER)
    }
}

/// Where a character stands in the tables.
fn index(c: char) -> Option<usize> {
    let at = u32::from(c).checked_sub(u32::from(' '))?;
    usize::try_from(at).ok().filter(|at| *at < BOLD.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_and_fits() {
        for text in ["message_of_a_long_name", "ü̈berlänge und noch mehr", "漢字漢字漢字漢字"]
        {
            let cut = fit(text, SMALL, 60);
            assert!(cut.width <= 60 && cut.text.ends_with(CUT), "{cut:?}");
        }
        let short = fit("pay", NAME, 60);
        assert_eq!((short.text.as_str(), short.width), ("pay", 29));
    }

    #[test]
    fn texts_outside_the_table_are_known_as_such() {
        assert!(fit("pay…", NAME, 100).known);
        assert!(!fit("bezahlt für", NAME, 200).known);
    }
}
