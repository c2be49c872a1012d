//! Rails: lines from corner to corner, each corner rounded.

use super::Px;

/// The radius of corners, where the lines are long enough.
const RADIUS: Px = 8;

/// A point of the picture.
pub(super) type Point = (Px, Px);

/// The path through corners, in the language of SVG's `d`. All lines run along an axis.
pub(super) fn path(corners: &[Point]) -> String {
    let Some((first, rest)) = corners.split_first() else { return String::new() };
    let mut path = format!("M{} {}", first.0, first.1);
    let mut from = *first;
    for (at, corner) in rest.iter().enumerate() {
        match rest.get(at + 1) {
            Some(next) => {
                let radius = RADIUS.min(length(from, *corner) / 2).min(length(*corner, *next) / 2);
                let (before, after) =
                    (towards(*corner, from, radius), towards(*corner, *next, radius));
                path.push_str(&format!(
                    "L{} {}Q{} {} {} {}",
                    before.0, before.1, corner.0, corner.1, after.0, after.1
                ));
            }
            None => path.push_str(&format!("L{} {}", corner.0, corner.1)),
        }
        from = *corner;
    }
    path
}

fn length(a: Point, b: Point) -> Px {
    (a.0 - b.0).abs() + (a.1 - b.1).abs()
}

/// The point so far from one on the way to another.
fn towards(from: Point, to: Point, distance: Px) -> Point {
    let step = |a: Px, b: Px| a + (b - a).signum() * distance;
    (step(from.0, to.0), step(from.1, to.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_round_where_there_is_room() {
        assert_eq!(path(&[(0, 0), (20, 0)]), "M0 0L20 0");
        assert_eq!(path(&[(0, 0), (20, 0), (20, 30)]), "M0 0L12 0Q20 0 20 8L20 30");
        assert_eq!(path(&[(0, 0), (20, 0), (20, 4)]), "M0 0L18 0Q20 0 20 2L20 4");
    }
}
