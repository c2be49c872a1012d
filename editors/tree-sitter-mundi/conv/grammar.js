/// Rules files, `.conv`: `spec/language.md`, and `lang/src/grammar/conv.pest` and `code.pest`, whose rules
/// stand here in the same order.

const { commaSep1, list, rules: lexis } = require('../common/lexis');

// Binding of operators in code, loosest first (`spec/language.md`, 5).
const OPERATORS = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['in', '!in'],
  ['<', '<=', '>', '>='],
  ['??'],
  ['..', '..='],
  ['+', '-'],
  ['*', '/', '%'],
];
const PREFIX = OPERATORS.length + 1;
const POSTFIX = PREFIX + 1;

module.exports = grammar({
  name: 'mundi_conv',

  word: $ => $.identifier,

  // Words of code name nothing there, but fields. Elsewhere any word may be a name.
  reserved: {
    none: _ => [],
    code: _ => [
      'let', 'if', 'else', 'for', 'in', 'while', 'return', 'break', 'continue', 'fn', 'true', 'false',
    ],
  },

  extras: $ => [/[ \t\r\n]/, $.doc_comment, $.comment],

  supertypes: $ => [$._item, $._type, $._statement, $._expression],

  conflicts: $ => [
    // After `text for seller, b` only what follows says whether `b` is a role or the next field.
    [$.private],
  ],

  rules: {
    rules: $ => repeat(choice($._item, $.file)),

    // The files of stages, behind a line `file "PATH"`.
    file: $ => seq('file', field('path', $.text)),

    ...lexis,

    // Items

    _item: $ => choice(
      $.conversation, $.edition, $.use, $.role, $.overlap, $.terms, $.type, $.message, $.deadline,
      $.pattern, $.state, $.on_open, $.on, $.allow, $.consensus, $.failure, $.output, $.never,
      $.always, $.script, $.stage, $.seal,
    ),

    _names: $ => commaSep1($.identifier),

    conversation: $ => seq('conversation', field('name', $.identifier), field('title', $.text)),
    edition: $ => seq('edition', $.integer),
    use: $ => seq('use', field('root', $.identifier), '::', field('module', $.identifier)),
    role: $ => seq('role', field('name', $.identifier), optional($.cardinality), optional('open')),
    cardinality: $ => seq($.integer, optional(seq('..', optional($.integer)))),
    overlap: $ => seq('overlap', $._names),
    terms: $ => seq('terms', $.fields),
    type: $ => seq(
      'type', field('name', $.identifier), '=', field('type', $._type), optional($.optional),
    ),
    message: $ => seq(
      'message', field('name', $.identifier), 'by', field('senders', $.senders), optional($.fields),
    ),
    senders: $ => choice('anyone', $._names),
    deadline: $ => seq('deadline', field('name', $.identifier), 'at', $.block),
    pattern: $ => seq('pattern', '{', $._pattern, '}'),
    state: $ => seq('state', $.fields),
    on_open: $ => seq('on', 'open', $.block),
    on: $ => seq('on', field('messages', $.names), $.block),
    allow: $ => seq('allow', field('messages', $.names), 'when', $.block, optional($._otherwise)),
    names: $ => $._names,
    consensus: $ => seq('consensus', $.block),
    failure: $ => seq('failure', $.block, optional($._otherwise)),
    output: $ => seq('output', $.block),
    never: $ => seq('never', field('name', $.identifier), $.block),
    always: $ => seq('always', field('name', $.identifier), $.block),
    script: $ => seq('script', '{', repeat($.function), '}'),
    stage: $ => seq(
      'stage', field('name', $.identifier), 'from', field('path', $.text),
      '{', list(choice($.stage_roles, $.stage_terms)), '}',
    ),
    stage_roles: $ => seq('roles', ':', '{', list($.given), '}'),
    stage_terms: $ => seq('terms', ':', '{', list($.given), '}'),
    given: $ => seq(field('name', $.identifier), ':', field('value', $._expression)),
    seal: $ => seq('seal', choice('all', 'majority', $.integer), 'of', $._names),

    // Fields and types

    fields: $ => seq('{', list($.field), '}'),
    field: $ => seq(
      field('name', $.identifier),
      ':',
      field('type', $._type),
      optional($.optional),
      optional($.private),
      optional($.optional),
      optional(seq('=', field('default', choice('last', $._literal)))),
    ),
    optional: _ => '?',
    private: $ => seq('for', commaSep1($.identifier)),

    _type: $ => choice(
      $.choice_type, $.parenthesized_type, $.record_type, $.person_type, $.one_of_type, $.list_type,
      $.map_type, $.ref_type, $.file_type, $.hidden_type, $.reveal_type, $.outcome_type, $.named_type,
    ),
    _inner_type: $ => seq($._type, optional($.optional)),
    choice_type: $ => seq($.text, repeat(seq('|', $.text))),
    parenthesized_type: $ => seq('(', $._inner_type, ')'),
    record_type: $ => $.fields,
    person_type: $ => prec.right(seq('person', optional(seq('(', $.identifier, ')')))),
    one_of_type: $ => seq('one_of', '(', 'terms', '.', $.identifier, ')'),
    list_type: $ => seq(
      'list', '(', $._inner_type, optional(seq(',', $.bounds)), optional(seq(',', 'unique')),
      optional(','), ')',
    ),
    map_type: $ => seq(
      'map', '(', field('key', $._inner_type), ',', field('value', $._inner_type),
      optional(seq(',', $.bounds)), optional(','), ')',
    ),
    ref_type: $ => seq('ref', '(', $.identifier, repeat(seq('|', $.identifier)), ')'),
    file_type: $ => seq('file', '(', $.size, ')'),
    hidden_type: $ => seq('hidden', '(', $._inner_type, ')'),
    reveal_type: $ => seq('reveal', '(', $.identifier, ')'),
    outcome_type: $ => seq('outcome', '(', $.identifier, ')'),
    named_type: $ => seq(field('name', $.identifier), optional(seq('(', $.bounds, ')'))),

    bounds: $ => seq(optional($._bound), '..', optional($._bound)),
    _bound: $ => choice($.time, $.duration, $._number),

    // Patterns. Different operators side by side need parentheses.

    _pattern: $ => choice(
      $._pattern_unit,
      $.sequence,
      $.either,
      $.interleave,
      $.unless,
    ),
    sequence: $ => seq($._pattern_unit, repeat1(seq(',', $._pattern_unit))),
    either: $ => seq($._pattern_unit, repeat1(seq('|', $._pattern_unit))),
    interleave: $ => seq($._pattern_unit, repeat1(seq('&', $._pattern_unit))),
    unless: $ => seq($._pattern_unit, repeat1(seq('unless', $._pattern_unit))),
    // In parentheses a last comma may stand.
    _pattern_in_parentheses: $ => seq(
      '(',
      choice(
        seq($._pattern_unit, optional(',')),
        alias($._sequence_in_parentheses, $.sequence),
        seq(choice($.either, $.interleave, $.unless), optional(',')),
      ),
      ')',
    ),
    _sequence_in_parentheses: $ => seq(
      $._pattern_unit, repeat1(seq(',', $._pattern_unit)), optional(','),
    ),
    _pattern_unit: $ => choice($._pattern_atom, $.repetition),
    repetition: $ => seq($._pattern_atom, choice('*', '+', '?', $.times)),
    times: $ => seq('{', $.integer, optional(seq('..', optional($.integer))), '}'),
    _pattern_atom: $ => choice($.group, $.each, $.one, $.per, $.pattern_message),
    group: $ => $._pattern_in_parentheses,
    each: $ => seq('each', field('roles', $.names), $._pattern_in_parentheses),
    one: $ => seq('one', field('role', $.identifier), $._pattern_in_parentheses),
    per: $ => seq('per', field('message', $.identifier), $._pattern_in_parentheses),
    pattern_message: $ => seq(
      field('name', $.identifier), optional(seq('by', field('role', $.identifier))),
    ),

    // Code

    block: $ => seq(
      '{',
      repeat(choice(';', $._closed, seq($._open, ';'))),
      optional($._open),
      '}',
    ),
    _statement: $ => choice($._open, $._closed),
    // Needs a semicolon, unless the block ends.
    _open: $ => choice(
      $.let, $.return, $.break, $.continue, $.assignment, $.expression_statement,
    ),
    // Ends with its block.
    _closed: $ => choice(
      $.for, $.while, alias($._if_statement, $.if_statement), alias($._block_statement, $.block_statement),
    ),
    _if_statement: $ => prec(1, $.if),
    _block_statement: $ => prec(1, $.block),
    let: $ => seq('let', field('name', $._code_name), optional(seq('=', field('value', $._expression)))),
    for: $ => seq('for', field('name', $._code_name), 'in', field('over', $._expression), $.block),
    while: $ => seq('while', field('condition', $._expression), $.block),
    return: $ => seq('return', optional($._expression)),
    break: _ => 'break',
    continue: _ => 'continue',
    assignment: $ => seq(
      field('to', $._expression),
      field('operator', choice('=', '+=', '-=', '*=', '/=', '%=')),
      field('value', $._expression),
    ),
    expression_statement: $ => $._expression,

    _expression: $ => choice(
      $.binary, $.unary, $.member, $.method_call, $.index, $.unit, $.parenthesized, $.list, $.record,
      $.if, $.block, $.template, $.text, $.decimal, $.integer, $.boolean, $.call, $.variable,
    ),
    binary: $ => choice(...OPERATORS.map((operators, level) => prec.left(level + 1, seq(
      field('left', $._expression),
      field('operator', operators.length > 1 ? choice(...operators) : operators[0]),
      field('right', $._expression),
    )))),
    unary: $ => prec(PREFIX, seq(field('operator', choice('-', '!')), $._expression)),
    member: $ => prec(POSTFIX, seq(
      field('of', $._expression), choice('.', '?.'), field('name', $.identifier),
    )),
    method_call: $ => prec(POSTFIX, seq(
      field('of', $._expression), choice('.', '?.'), field('name', $.identifier), $.arguments,
    )),
    index: $ => prec(POSTFIX, seq(
      field('of', $._expression), '[', field('index', $._expression), ']',
    )),
    arguments: $ => seq('(', list($._expression), ')'),
    parenthesized: $ => seq('(', $._expression, ')'),
    list: $ => seq('[', list($._expression), ']'),
    record: $ => seq('#{', list($.record_field), '}'),
    record_field: $ => seq(
      field('name', choice($.identifier, $.text)), ':', field('value', $._expression),
    ),
    if: $ => prec.right(seq(
      'if', field('condition', $._expression), field('then', $.block),
      optional(seq('else', field('else', choice($.block, $.if)))),
    )),
    call: $ => prec(POSTFIX, seq(
      optional(seq(field('module', $._code_name), '::')), field('name', $._code_name), $.arguments,
    )),
    variable: $ => $._code_name,

    template: $ => seq(
      '`',
      repeat(choice(alias($._template_part, $.text_content), $.template_hole)),
      token.immediate('`'),
    ),
    _template_part: _ => token.immediate(prec(2, choice(/([^`$]|``)+/, '$'))),
    template_hole: $ => seq(token.immediate(prec(2, '${')), $._expression, '}'),

    function: $ => seq(
      'fn', field('name', $._code_name), '(', list($.parameter), ')', $.block,
    ),
    parameter: $ => $._code_name,
    _code_name: $ => reserved('code', $.identifier),

    _otherwise: $ => seq('else', field('else', $.message_text)),
    message_text: $ => seq(
      '"',
      repeat(choice(
        $.escape,
        alias($._brace, $.escape),
        alias($._message_text_part, $.text_content),
        $.hole,
      )),
      token.immediate('"'),
    ),
    _message_text_part: _ => token.immediate(prec(2, /[^"\\\n{}]+/)),
    _brace: _ => token.immediate(prec(2, choice('{{', '}}'))),
    hole: $ => seq(token.immediate(prec(2, '{')), $._expression, '}'),
  },
});
