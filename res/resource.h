/* resource.h - the ids of what is in the programs' resources. */
#ifndef MAXPORT_RES_RESOURCE_H
#define MAXPORT_RES_RESOURCE_H

#define ID_MANIFEST 1 /* CREATEPROCESS_MANIFEST_RESOURCE_ID: what Windows looks for in an .exe */
#define ID_ICON 1 /* the first icon in an .exe is the one that Explorer shows */

#endif
