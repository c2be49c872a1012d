//! Certificates as one page that needs nothing else: no script, no pictures, nothing fetched.

use super::Valid;
use super::sheet::Section;
use crate::show::plain;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.05rem;margin:1.8rem 0 .4rem}\
.file{color:#555}.valid{color:#0a6b2d;font-weight:bold}.broken{color:#9c1c1c;font-weight:bold}\
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.2rem 1rem;margin:0}\
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}summary{margin-top:1.8rem;font-weight:600}pre{overflow-x:auto}article+article{border-top:1px solid #ccc;margin-top:3rem}\
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}.file{color:#aaa}.valid{color:#6fd08c}\
.broken{color:#ff8f8f}}";

/// A text between tags or quotes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A page of valid certificates, and the sentences on those that contradict each other.
#[must_use]
pub fn page(all: &[Valid], broken: &[String]) -> String {
    let title = all.first().map_or_else(|| "Certificate".to_owned(), Valid::title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        escape(&title)
    );
    for sentence in broken {
        out.push_str(&format!("<p class=\"broken\">{}</p>\n", escape(sentence)));
    }
    for valid in all {
        out.push_str(&format!("<article>\n<h1>{}</h1>\n", escape(&valid.title())));
        out.push_str(&format!(
            "<p class=\"file\">{}: <span class=\"valid\">valid</span></p>\n",
            escape(&valid.file)
        ));
        valid.sections().iter().for_each(|one| section(&mut out, one));
        let rules = valid.proven.opening.rules.text.lines().map(escape).collect::<Vec<_>>();
        out.push_str("<details>\n<summary>The rules</summary>\n<pre>");
        out.push_str(&rules.join("\n"));
        out.push_str("</pre>\n</details>\n");
        out.push_str("</article>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn section(out: &mut String, section: &Section) {
    out.push_str(&format!("<section>\n<h2>{}</h2>\n", escape(&section.title)));
    if section.rows.iter().all(|row| row.label.is_empty()) {
        out.push_str("<ul>\n");
        for row in &section.rows {
            out.push_str(&format!("<li>{}</li>\n", escape(&row.text)));
        }
        out.push_str("</ul>\n");
    } else {
        out.push_str("<dl>\n");
        for row in &section.rows {
            let (label, text) = (escape(&row.label), escape(&row.text));
            out.push_str(&format!("<dt>{label}</dt><dd>{text}</dd>\n"));
        }
        out.push_str("</dl>\n");
    }
    out.push_str("</section>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_be_a_tag_an_attribute_or_an_instruction_to_a_terminal() {
        let hostile = "<script>alert(\"x\")</script>&'\u{1b}[2J\u{202e}\n";
        assert_eq!(
            escape(hostile),
            "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;\\u{1B}[2J\\u{202E}\\u{A}"
        );
        assert_eq!(escape("Grüße, 日本"), "Grüße, 日本");
    }
}
