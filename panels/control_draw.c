/* control_draw.c - a zone or a circle drawn by keys. It ends as a typed command in the line, to be
 * completed, read and sent by its person: a key never sends anything. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

static void refuse(struct control *control, const char *sentence)
{
    view_result_add(control->view, "NO", "draw", sentence);
}

static void draw_start(struct control *control, enum hand_shape shape)
{
    struct hand *hand = &control->view->hand;

    if (control->view->read_only) {
        refuse(control, "this console only reads: a zone is drawn to be sent");
        return;
    }
    if (!geo_known(hand->cursor.at)) {
        refuse(control, "the map has not come yet: there is nothing to draw on");
        return;
    }
    hand->drawing = (struct hand_drawing){ .shape = shape };
    control->view->focus = FOCUS_DRAW;
    act_corner_add(control);
}

void act_draw_zone(struct control *control) { draw_start(control, SHAPE_ZONE); }
void act_draw_circle(struct control *control) { draw_start(control, SHAPE_CIRCLE); }

/* The first corner again closes the zone. A circle has its centre only: Enter ends it. */
void act_corner_add(struct control *control)
{
    struct hand_drawing *drawing = &control->view->hand.drawing;
    struct geo_point at = control->view->hand.cursor.at;

    if (drawing->shape == SHAPE_CIRCLE && drawing->count == 1) {
        act_draw_done(control);
        return;
    }
    if (drawing->count > 2 && geo_same(drawing->corners[0], at)) {
        act_draw_done(control);
        return;
    }
    if (drawing->count > 0 && geo_same(drawing->corners[drawing->count - 1], at))
        return;                 /* Enter twice at one place is one corner. */
    if (drawing->count == CORNERS_MAX) {
        refuse(control, "a zone has 22 corners at most, what one command line holds: z ends it");
        return;
    }
    drawing->corners[drawing->count++] = at;
}

void act_corner_back(struct control *control)
{
    struct hand_drawing *drawing = &control->view->hand.drawing;

    if (drawing->count > 0)
        drawing->count--;
    if (drawing->count == 0)
        act_draw_drop(control);
}

void act_draw_drop(struct control *control)
{
    control->view->hand.drawing = (struct hand_drawing){ 0 };
    control->view->focus = FOCUS_MAP;
}

static void area_words(const struct hand_drawing *drawing, struct buffer *to)
{
    buffer_add_text(to, "area=");
    for (uint32_t i = 0; i < drawing->count; i++)
        buffer_print(to, "%s%.5f,%.5f", i ? "/" : "", drawing->corners[i].lat_deg,
                     drawing->corners[i].lon_deg);
    buffer_add_text(to, " ");
}

/* The kind is still to be typed: the line's cursor waits where it belongs. The map stays where it
 * is, with the outline on it. */
static void put_in_line(struct control *control, const char *before, struct span after)
{
    struct view *view = control->view;

    line_insert(&view->line, span_of(before));
    uint32_t cursor = view->line.cursor;
    line_insert(&view->line, after);
    view->line.cursor = cursor;
    view->focus = FOCUS_LINE;
    view_result_add(view, "OK", "draw", "now type its kind, End, how long it holds (2h), Enter");
}

void act_draw_done(struct control *control)
{
    struct view *view = control->view;
    struct hand_drawing *drawing = &view->hand.drawing;
    struct buffer words = { 0 };

    if (drawing->shape == SHAPE_ZONE && drawing->count < 3) {
        refuse(control, "a zone needs three corners at least: Enter or space adds one");
        return;
    }
    if (view->line.length > 0) {
        refuse(control, "the line has text that is not sent yet: Esc, send or clear it, then F3 z");
        return;
    }
    if (drawing->shape == SHAPE_ZONE) {
        buffer_add_text(&words, " ");
        area_words(drawing, &words);
    } else {
        double radius_m = geo_distance_m(drawing->corners[0], view->hand.cursor.at);
        if (radius_m < 1) {
            refuse(control, "a circle needs a radius: move the cursor to its edge, then Enter");
            return;
        }
        buffer_print(&words, " @%.5f,%.5f %.0fm ", drawing->corners[0].lat_deg,
                     drawing->corners[0].lon_deg, radius_m);
    }
    *drawing = (struct hand_drawing){ 0 };
    put_in_line(control, "haz ", buffer_span(&words));
    buffer_clear(&words);
}
