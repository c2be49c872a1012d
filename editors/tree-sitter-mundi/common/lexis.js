/// Words, numbers and texts: what both grammars are made of (`lang/src/grammar/lexis.pest`).

const IDENTIFIER = /[a-z_][a-z0-9_]*/;
const DIGITS = /[0-9]+/;

/// One or more, with commas between them.
function commaSep1(rule) {
  return seq(rule, repeat(seq(',', rule)));
}

/// Any number, with commas between them and perhaps one after the last: inside brackets only.
function list(rule) {
  return optional(seq(commaSep1(rule), optional(',')));
}

const rules = {
  // `///` documents what comes after it.
  doc_comment: _ => token(prec(1, seq('///', /[^\n]*/))),
  comment: _ => token(seq('//', /[^\n]*/)),

  identifier: _ => IDENTIFIER,

  text: $ => seq(
    '"',
    repeat(choice($.escape, alias($._text_part, $.text_content))),
    token.immediate('"'),
  ),
  // Before comments: `//` in a text begins none.
  _text_part: _ => token.immediate(prec(2, /[^"\\\n]+/)),
  escape: _ => token.immediate(prec(2, seq('\\', choice(
    /[ntr"\\]/,
    /u\{[0-9a-fA-F]{1,6}\}/,
    /x[0-9a-fA-F]{2}/,
  )))),

  integer: _ => DIGITS,
  decimal: _ => /[0-9]+\.[0-9]+/,
  _signed_integer: _ => token(seq('-', DIGITS)),
  _signed_decimal: _ => token(seq('-', /[0-9]+\.[0-9]+/)),
  duration: _ => /([0-9]+(ms|s|m|h|d|w))+/,
  size: _ => /[0-9]+(kb|mb)/,
  bytes: _ => /0x[0-9a-fA-F]*/,
  time: _ => /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})/,
  boolean: _ => choice('true', 'false'),
  unit: _ => seq('(', ')'),

  // A value in a default or a play.
  _literal: $ => choice(
    $.unit,
    $.time,
    $.duration,
    $.bytes,
    $._number,
    $.text,
    $.boolean,
    $.literal_list,
    $.literal_record,
    $.identifier,
  ),
  _number: $ => choice(
    $.integer,
    $.decimal,
    alias($._signed_integer, $.integer),
    alias($._signed_decimal, $.decimal),
  ),
  literal_list: $ => seq('[', list($._literal), ']'),
  literal_record: $ => seq('{', list($.literal_field), '}'),
  literal_field: $ => seq(field('name', $.identifier), ':', field('value', $._literal)),
};

module.exports = { commaSep1, list, rules };
