; What a file defines: @name inside @definition.KIND; its head goes on to @until.
(class_definition name: (identifier) @name ":" @until) @definition.class
(function_definition name: (identifier) @name ":" @until) @definition.function
(class_definition
  body: (block (expression_statement (assignment left: (identifier) @name)) @definition.attribute))
(module (expression_statement (assignment left: (identifier) @name)) @definition.variable)
(module (expression_statement (assignment left: (pattern_list (identifier) @name))) @definition.variable)
(module (type_alias_statement left: (type (identifier) @name)) @definition.variable)
