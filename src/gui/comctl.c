#include "gui/comctl.h"

struct comctl comctl;

bool comctl_load(void)
{
    HMODULE dll = LoadLibraryW(L"comctl32.dll");

#define FIND(member, name)                                                                         \
    (comctl.member = (__typeof__(comctl.member))(void (*)(void))GetProcAddress(dll, name))
    return dll && FIND(init, "InitCommonControlsEx") && FIND(set_subclass, "SetWindowSubclass") &&
           FIND(remove_subclass, "RemoveWindowSubclass") && FIND(call_next, "DefSubclassProc") &&
           FIND(create_images, "ImageList_Create") && FIND(destroy_images, "ImageList_Destroy") &&
           (FIND(load_icon, "LoadIconWithScaleDown") || true);
#undef FIND
}
