//! `mundi id card`: what others need to know you by.

use std::path::PathBuf;

use mundi_identity::identicon;
use mundi_node::exchange::Card;
use mundi_node::home::{Home, HomeError};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use super::super::home::{HomeArguments, of_home};
use super::grouped;
use crate::files;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Write your card: your public key and devices, for others to add (`mundi contacts add`).
///
/// It is an OpenPGP public key block with a block of devices below it, so any OpenPGP program
/// takes it too. There is nothing secret in it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    home: HomeArguments,
    /// Write it into a file.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Show a QR code of the fingerprint instead: to compare face to face.
    #[arg(long, conflicts_with = "svg")]
    qr: bool,
    /// Write the fingerprint's picture as SVG instead.
    #[arg(long)]
    svg: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let home = arguments.home.enter(screen)?;
    let text = if arguments.qr {
        qr(&home)?
    } else if arguments.svg {
        identicon::svg(&home.me())
    } else {
        card(&home).map_err(|e| of_home(e, screen))?.text()
    };
    match &arguments.out {
        None => screen.answer(&text),
        Some(path) => {
            files::write(path, text.as_bytes())?;
            screen.note(&format!("mundi: {} is written\n", path.display()));
            Ok(())
        }
    }
}

/// The owner's card: the devices that may write now.
fn card(home: &Home) -> Result<Card, HomeError> {
    let devices = vec![home.device()?.certificate.clone()];
    Ok(Card { cert: home.cert().clone(), devices })
}

/// The address of a fingerprint as OpenPGP programs on phones scan it, as a picture of characters.
fn qr(home: &Home) -> Result<String, Stop> {
    let print = home.me().to_string().to_uppercase();
    // With the letters of QR's small alphabet only, the picture stays small.
    let text = format!("OPENPGP4FPR:{print}");
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
        .map_err(|e| Stop::Environment(format!("the QR code cannot be drawn: {e}")))?;
    // Light on dark, as most terminals are: what is painted is the light part.
    let mut picture = code.render::<Dense1x2>();
    let picture = picture.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    Ok(format!("{picture}\n{}\n", grouped(&home.me())))
}
