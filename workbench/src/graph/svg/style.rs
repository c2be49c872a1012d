//! How it looks, by day and by night. Colours are never all that tells: roles are named, and what was
//! said or can come is written.

/// How many colours there are; further roles begin again.
pub(super) const COLOURS: usize = 8;

/// CSS. The roles' colours are those of Okabe and Ito, which people with any colour vision tell apart.
pub(super) const STYLE: &str = "\
text { font-family: 'DejaVu Sans', 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif; \
font-size: 12px; fill: #24292f; }
.title { font-size: 17px; font-weight: bold; }
.name { font-size: 14px; font-weight: bold; }
.small { fill: #57606a; }
.heading { font-weight: bold; fill: #57606a; }
.mark { font-weight: bold; }
.paper { fill: #ffffff; }
.rail { fill: none; stroke: #6e7781; stroke-width: 2; }
.head { fill: #6e7781; }
.bar { fill: none; stroke: #24292f; stroke-width: 5; stroke-linecap: round; }
.ring { fill: #ffffff; stroke: #24292f; stroke-width: 2; }
.terminal { fill: #24292f; }
.frame { fill: #f6f8fa; stroke: #afb8c1; stroke-width: 1.5; }
.stage { fill: #ffffff; stroke: #57606a; stroke-width: 2; }
.left { fill: none; stroke-dasharray: 5 4; }
.box { fill: #ffffff; stroke: #57606a; stroke-width: 1.5; }
.deadline .box { stroke-dasharray: 3 3; }
.said .box { fill: #dafbe1; }
.possible .box { stroke: #0969da; stroke-width: 3; }
.icon { fill: none; stroke: #57606a; stroke-width: 1.5; }
.role0 { fill: #0072b2; }
.role1 { fill: #e69f00; }
.role2 { fill: #009e73; }
.role3 { fill: #cc79a7; }
.role4 { fill: #d55e00; }
.role5 { fill: #56b4e9; }
.role6 { fill: #b8a800; }
.role7 { fill: #7f7f7f; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.small, .heading { fill: #9ea7b3; }
.paper, .ring { fill: #0d1117; }
.rail { stroke: #848d97; }
.head { fill: #848d97; }
.bar, .ring { stroke: #e6edf3; }
.terminal { fill: #e6edf3; }
.frame { fill: #161b22; stroke: #484f58; }
.stage { fill: #0d1117; stroke: #9ea7b3; }
.left { fill: none; }
.box { fill: #0d1117; stroke: #9ea7b3; }
.said .box { fill: #12361f; }
.possible .box { stroke: #58a6ff; }
.icon { stroke: #9ea7b3; }
.role0 { fill: #3d9bd6; }
}
";
