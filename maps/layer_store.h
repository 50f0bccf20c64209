#ifndef MAPS_LAYER_STORE_H
#define MAPS_LAYER_STORE_H
struct layer_mapping;
void layer_mapping_free(struct layer_mapping *mapping);
#endif
