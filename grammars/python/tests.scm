; What a test runner would collect, by its name: each @test.
(module (function_definition name: (identifier) @name) @test (#match? @name "^test"))
(module (decorated_definition (function_definition name: (identifier) @name) @test) (#match? @name "^test"))
(module (class_definition
  name: (identifier) @class
  body: (block [
    (function_definition name: (identifier) @name) @test
    (decorated_definition (function_definition name: (identifier) @name) @test)]))
  (#match? @class "^Test")
  (#match? @name "^test"))
