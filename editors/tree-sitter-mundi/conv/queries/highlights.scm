; Words of the language, as `lang/src/grammar/conv.pest` and `code.pest` have them.

[
  "conversation" "edition" "use" "role" "open" "overlap" "terms" "type" "message" "by" "anyone"
  "deadline" "at" "pattern" "state" "on" "allow" "when" "consensus" "failure" "output" "never"
  "always" "script" "stage" "roles" "from" "seal" "of" "all" "majority" "unique" "last"
  "each" "one" "per" "unless"
] @keyword

[ "let" "fn" ] @keyword
[ "if" "else" ] @keyword.conditional
[ "for" "while" "in" "!in" (break) (continue) ] @keyword.repeat
"return" @keyword.return
(private "for" @keyword)
(file "file" @keyword.import)

[ "person" "one_of" "list" "map" "ref" "hidden" "reveal" "outcome" ] @type.builtin
(file_type "file" @type.builtin)
((named_type name: (identifier) @type.builtin)
  (#any-of? @type.builtin "bool" "int" "decimal" "text" "bytes" "time" "duration"))
(named_type name: (identifier) @type)
(type name: (identifier) @type)

(conversation name: (identifier) @module)
(use root: (identifier) @module module: (identifier) @module)
(call module: (identifier) @module)

(role name: (identifier) @label)
(overlap (identifier) @label)
(senders (identifier) @label)
(private (identifier) @label)
(each roles: (names (identifier) @label))
(one role: (identifier) @label)
(pattern_message role: (identifier) @label)
(person_type (identifier) @label)
(seal (identifier) @label)
(stage_roles (given name: (identifier) @label))

(message name: (identifier) @function)
(deadline name: (identifier) @function)
(stage name: (identifier) @function)
(pattern_message name: (identifier) @function)
(per message: (identifier) @function)
(on messages: (names (identifier) @function))
(allow messages: (names (identifier) @function))
(ref_type (identifier) @function)
(reveal_type (identifier) @function)
(outcome_type (identifier) @module)

(never name: (identifier) @constant)
(always name: (identifier) @constant)

(field name: (identifier) @property)
(one_of_type (identifier) @property)
(literal_field name: (identifier) @property)
(record_field name: (identifier) @property)
(member name: (identifier) @property)
(stage_terms (given name: (identifier) @property))

(function name: (identifier) @function)
(call name: (identifier) @function.call)
(method_call name: (identifier) @function.method.call)
(parameter) @variable.parameter
((variable (identifier) @variable.builtin)
  (#any-of? @variable.builtin "terms" "state" "opened" "now" "msg" "from"))
(variable (identifier) @variable)

(conversation title: (text) @string)
[ (text) (message_text) (template) ] @string
(escape) @string.escape
(template_hole [ "${" "}" ] @punctuation.special)
(hole [ "{" "}" ] @punctuation.special)

[ (integer) (size) ] @number
(decimal) @number.float
[ (duration) (time) (bytes) ] @constant
(boolean) @boolean
(unit) @constant.builtin

(comment) @comment
(doc_comment) @comment.documentation

[ "," ":" ";" "." "?." "::" ] @punctuation.delimiter
[ "{" "}" "(" ")" "[" "]" "#{" ] @punctuation.bracket
[
  "=" "+=" "-=" "*=" "/=" "%=" "||" "&&" "==" "!=" "<" "<=" ">" ">=" "??" ".." "..=" "+" "-" "*"
  "/" "%" "!" "|" "&"
] @operator
(optional) @operator
(repetition "?" @operator)
