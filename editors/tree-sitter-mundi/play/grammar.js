/// Plays, `.play`: `spec/language.md` 7, and `lang/src/grammar/play.pest`, whose rules stand here in the
/// same order.

const { list, rules: lexis } = require('../common/lexis');

const { size: _size, ...shared } = lexis;

module.exports = grammar({
  name: 'mundi_play',

  word: $ => $.identifier,

  extras: $ => [/[ \t\r\n]/, $.doc_comment, $.comment],

  supertypes: $ => [$._head, $._step],

  conflicts: $ => [
    // A word after `refused` is a code, or says who speaks next: a `:` comes then.
    [$.expect_refused],
  ],

  rules: {
    play: $ => repeat(choice($._head, $._step)),

    ...shared,

    // The head

    _head: $ => choice($.title, $.rules, $.topic, $.cast, $.terms, $.start),
    title: $ => seq('play', $.text),
    rules: $ => seq('rules', $.text),
    topic: $ => seq('topic', $.text),
    cast: $ => seq('cast', '{', list($.casting), '}'),
    casting: $ => seq(
      field('role', $.identifier), ':', choice($.person, seq('[', list($.person), ']')),
    ),
    person: $ => $.identifier,
    terms: $ => seq('terms', '{', list($.term), '}'),
    term: $ => seq(field('name', $.identifier), ':', field('value', choice($.at_file, $._literal))),
    at_file: $ => seq('@', $.text),
    start: $ => seq('start', $.time),

    // Steps

    _step: $ => choice($.say, $.wait, $.set_clock, $.together, $.expect),
    // People may be named like a word that begins a line: `at: agree`.
    _speaker: $ => choice(
      $.identifier,
      alias(
        choice('play', 'rules', 'topic', 'cast', 'terms', 'start', 'at', 'together', 'expect'),
        $.identifier,
      ),
    ),
    say: $ => seq(
      field('person', alias($._speaker, $.person)),
      optional(seq('/', field('device', $.identifier))),
      optional(seq('after', field('after', $.label))),
      ':',
      field('message', $.message_name),
      optional($.literal_record),
      optional(seq('as', field('label', $.label))),
    ),
    label: $ => $.identifier,
    // Of a stage's message also with the stage before it: `vote.pick`.
    message_name: $ => seq($.identifier, repeat(seq('.', $.identifier))),
    wait: $ => seq('+', $.duration),
    set_clock: $ => seq('at', $.time),
    together: $ => seq('together', '{', repeat(choice($.say, $.expect)), '}'),

    expect: $ => seq('expect', choice(
      'accepted',
      $.expect_refused,
      seq('no', 'consensus'),
      'consensus',
      seq('failure', optional($.text)),
      seq('output', $._literal),
      seq('state', $.literal_record),
      seq('possible', '[', list($.message_name), ']'),
    )),
    expect_refused: $ => seq('refused', optional($.code), optional($.text)),
    code: $ => choice($.identifier, /[a-z]+(-[a-z]+)+/),
  },
});
