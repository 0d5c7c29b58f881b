; What encloses the cursor: @scope with its @name and @body; its head goes on to @until.
(function_definition name: (identifier) @name ":" @until body: (block) @body) @scope
(class_definition name: (identifier) @name ":" @until body: (block) @body) @scope
