; Which names are bound where. @inside marks the regions of a @scope whose names stay in it;
; names in a @own region are seen only there, not in the scopes nested inside it.
(function_definition parameters: (_) @inside body: (_) @inside) @scope
(lambda parameters: (_) @inside body: (_) @inside) @scope
(lambda !parameters body: (_) @inside) @scope
(class_definition body: (_) @own) @scope
(list_comprehension) @inside @scope
(set_comprehension) @inside @scope
(dictionary_comprehension) @inside @scope
(generator_expression) @inside @scope

(class_definition name: (identifier) @name)
(function_definition name: (identifier) @name)
(parameters (identifier) @name)
(lambda_parameters (identifier) @name)
(default_parameter name: (identifier) @name)
(typed_parameter . (identifier) @name)
(typed_default_parameter name: (identifier) @name)
(list_splat_pattern (identifier) @name)
(dictionary_splat_pattern (identifier) @name)
(assignment left: (identifier) @name)
(for_statement left: (identifier) @name)
(for_in_clause left: (identifier) @name)
(pattern_list (identifier) @name)
(tuple_pattern (identifier) @name)
(list_pattern (identifier) @name)
(named_expression name: (identifier) @name)
(as_pattern_target (identifier) @name)
(as_pattern_target (_ (identifier) @name))
(case_pattern (as_pattern (identifier) @name .))
(splat_pattern (identifier) @name)
(case_pattern (dotted_name . (identifier) @name .))
(import_statement name: (dotted_name . (identifier) @name))
(aliased_import alias: (identifier) @name)
(import_from_statement name: (dotted_name . (identifier) @name))
(future_import_statement name: (dotted_name . (identifier) @name))
(global_statement (identifier) @name)
(nonlocal_statement (identifier) @name)
