/*
 * batch_in.h - the papers of an import, which only this room reads.
 */
#ifndef CLIENT_IMPORT_BATCH_IN_H
#define CLIENT_IMPORT_BATCH_IN_H

#define PAPER_BATCH   "import"         /* by batch: file, day, counts */
#define PAPER_ROWS    "import rows"    /* by batch: what was made */
#define PAPER_COLUMNS "import columns" /* by the signature of the heads */

#endif
