[
  (cast)
  (terms)
  (together)
  (literal_list)
  (literal_record)
] @fold
