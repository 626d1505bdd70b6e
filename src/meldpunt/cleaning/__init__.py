"""What cleans a file of what says who made it: run in a process of its own, which holds no key.

`client/files/cleaning` starts that process and is what others use. Nothing else of the package is
loaded here: the process starts quickly, and what takes it over finds nothing of the person.
"""
