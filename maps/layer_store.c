#include "maps/layer_store.h"
void layer_mapping_free(struct layer_mapping *mapping)
{
    (void)mapping;
}
