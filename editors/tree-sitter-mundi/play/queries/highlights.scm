; Words of the language, as `lang/src/grammar/play.pest` has them.

[
  "play" "rules" "topic" "cast" "terms" "start" "after" "as" "at" "together" "expect"
] @keyword

[
  "accepted" "refused" "no" "consensus" "failure" "output" "state" "possible"
] @keyword.operator

(casting role: (identifier) @label)
(person) @variable
(say device: (identifier) @variable.member)
(label) @constant
(message_name) @function
(term name: (identifier) @property)
(literal_field name: (identifier) @property)
(code) @constant.builtin

(text) @string
(escape) @string.escape
(integer) @number
(decimal) @number.float
[ (duration) (time) (bytes) ] @constant
(boolean) @boolean
(unit) @constant.builtin

(comment) @comment
(doc_comment) @comment.documentation

[ "," ":" "." ] @punctuation.delimiter
[ "{" "}" "(" ")" "[" "]" ] @punctuation.bracket
[ "+" "/" "@" ] @operator
