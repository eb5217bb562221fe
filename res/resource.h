/* resource.h - the ids of resources of the programs. */
#ifndef MAXPORT_RES_RESOURCE_H
#define MAXPORT_RES_RESOURCE_H

#define ID_MANIFEST 1 /* CREATEPROCESS_MANIFEST_RESOURCE_ID: the id of the manifest in an .exe */
#define ID_ICON 1 /* the first icon in an .exe is the one that Explorer shows */

#endif
