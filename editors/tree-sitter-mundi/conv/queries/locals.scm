(block) @local.scope
(function) @local.scope
(for) @local.scope

(let name: (identifier) @local.definition)
(for name: (identifier) @local.definition)
(parameter) @local.definition

(variable (identifier) @local.reference)
