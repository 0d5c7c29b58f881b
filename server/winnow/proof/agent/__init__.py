"""What runs in the user's interpreter (3.8 and later, standard library and the user's own pytest only).

A ``warm`` process imports pytest once and forks: a ``hot`` process that has collected every test, and from there
one child per verdict. It is started by path and never installed, so its modules import each other relatively.
"""
