/*
 * bundle.S - the catalogue document, as bytes inside the program.
 *
 * An .incbin costs the compiler nothing, whatever the document's size, and the
 * bytes served are the bytes tools/bundle.sh wrote. Build with
 * -DBUNDLE_FILE='"path/of/bundle.json"'; the object depends on that file.
 */
	.section .rodata
	.balign 16
	.globl catalogue_bundle
	.hidden catalogue_bundle
	.type catalogue_bundle, %object
catalogue_bundle:
	.incbin BUNDLE_FILE
	.globl catalogue_bundle_end
	.hidden catalogue_bundle_end
	.type catalogue_bundle_end, %object
	.size catalogue_bundle, . - catalogue_bundle
catalogue_bundle_end:
	.byte 0

	.section .note.GNU-stack, "", %progbits
