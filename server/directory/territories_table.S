/* The table of territories, as bytes between two symbols. */
    .section .rodata
    .global maillage_territories_begin
    .global maillage_territories_end
maillage_territories_begin:
    .incbin "data/territories.tsv"
maillage_territories_end:
    .section .note.GNU-stack,"",%progbits
