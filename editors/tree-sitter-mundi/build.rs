//! Compiles the parsers that tree-sitter made.

use std::path::Path;

fn main() {
    for grammar in ["conv", "play"] {
        let folder = Path::new(grammar).join("src");
        let parser = folder.join("parser.c");
        println!("cargo:rerun-if-changed={}", parser.display());
        cc::Build::new()
            .std("c11")
            .include(&folder)
            .file(&parser)
            .compile(&format!("tree-sitter-mundi-{grammar}"));
    }
}
