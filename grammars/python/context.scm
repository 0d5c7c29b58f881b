; What encloses the cursor: @scope with its @name and @body.
(function_definition name: (identifier) @name body: (block) @body) @scope
(class_definition name: (identifier) @name body: (block) @body) @scope
