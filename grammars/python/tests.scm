; What a test runner would collect, by its name: @name inside @test.
((function_definition name: (identifier) @name) @test (#match? @name "^test"))
((class_definition name: (identifier) @name) @test (#match? @name "^Test"))
