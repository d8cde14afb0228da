/*
 * common_list.S - passwords many people use, as bytes inside the program.
 *
 * server/auth/common_list.bin: the first five bytes of the SHA-256 of each, in
 * lower case, sorted. tools/common_list.mjs makes it and says of what.
 */
	.section .rodata
	.balign 16
	.globl common_list
	.hidden common_list
	.type common_list, %object
common_list:
	.incbin "server/auth/common_list.bin"
	.globl common_list_end
	.hidden common_list_end
	.type common_list_end, %object
	.size common_list, . - common_list
common_list_end:
	.byte 0

	.section .note.GNU-stack, "", %progbits
