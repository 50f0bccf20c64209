#include "tests/sample_room.h"

#include <inttypes.h>
#include <stdio.h>

#include "tests/check.h"

/* Times in the table are ages: "status_ms":-284 is 284 s before now. */
static const char *const rows[] = {
    "{'stands':'picture','format':3,'sequence':1408822,'at':1794922327000}",
    "{'stands':'site','id':'PM','name':'Port Maren','timezone':'Europe/Paris','view':"
    "[51.2212,-4.0905],'view_m_per_cell':32,'order_answer_s':30,'pending_late_s':300,"
    "'fix_old_s':120}",
    "{'stands':'counters','key':1,'incidents':46,'alarms':18,'hazards':9,'orders':33,"
    "'messages':88,'questions':32,'notes':8,'attention_in':9}",
    "{'stands':'type','code':'FIRE','title':'building fire','priority':1}",
    "{'stands':'type','code':'MED','title':'medical','priority':2}",
    "{'stands':'type','code':'RTC','title':'road accident','priority':2}",
    "{'stands':'type','code':'LIFT','title':'person shut in','priority':4}",
    "{'stands':'type','code':'TREE','title':'fallen tree','priority':3}",
    "{'stands':'disposition','code':'TRANSPORTED','title':'to hospital'}",
    "{'stands':'facility','code':'STBRAE','name':'St Brae Hospital','kind':'hospital',"
    "'location':[51.21789,-4.09996]}",
    "{'stands':'facility','code':'NGATE','name':'Northgate Infirmary','kind':'hospital',"
    "'location':[51.2368,-4.11968]}",
    "{'stands':'facility','code':'St1','name':'Ferry Quarter Fire Station','kind':'fire',"
    "'location':[51.20365,-4.08538]}",
    "{'stands':'facility','code':'St2','name':'Old Market Fire Station','kind':'fire',"
    "'location':[51.21736,-4.09583]}",
    "{'stands':'facility','code':'St3','name':'Glassworks Fire Station','kind':'fire',"
    "'location':[51.22786,-4.09037]}",
    "{'stands':'facility','code':'St4','name':'Northgate Fire Station','kind':'fire',"
    "'location':[51.23425,-4.11707]}",
    "{'stands':'facility','code':'St6','name':'Harbour Fire Station','kind':'fire',"
    "'location':[51.222,-4.08196]}",
    "{'stands':'operator','name':'KIM','role':'dispatcher','desk':'FIRE-N'}",
    "{'stands':'operator','name':'ANA','role':'dispatcher','desk':'EMS'}",
    "{'stands':'operator','name':'BEA','role':'dispatcher','desk':'POLICE'}",
    "{'stands':'feed','name':'cad-112','adapter':'calls','trust':'open','state':'ok',"
    "'state_ms':-9000,'last_ms':-34,'reports':412}",
    "{'stands':'feed','name':'avl','adapter':'jsonl','trust':'raise','state':'ok',"
    "'state_ms':-9000,'last_ms':-2,'reports':88121}",
    "{'stands':'feed','name':'gas','adapter':'jsonl','trust':'raise','state':'ok',"
    "'state_ms':-9000,'last_ms':-12,'reports':9011,'refused':2}",
    "{'stands':'feed','name':'weather','adapter':'cap','trust':'raise','state':'ok',"
    "'state_ms':-9000,'last_ms':-244,'reports':31}",
    "{'stands':'feed','name':'tide','adapter':'jsonl','trust':'map-only','state':'STALE',"
    "'reason':'silent for 12 min','state_ms':-160,'last_ms':-720,'reports':1440,'held':3}",

    "{'stands':'unit','callsign':'M4','kind':'ambulance','station':'Amb1','crew':2,'status':'ONS',"
    "'status_ms':-750,'incident':41,'location':[51.21969,-4.08622],'located_ms':-40,"
    "'emergency_ms':-21,'feed':'avl'}",
    "{'stands':'unit','callsign':'E3','kind':'engine','station':'St3','crew':4,'status':'ASG',"
    "'status_ms':-31,'incident':46,'order':33,'location':[51.22786,-4.09037],'located_ms':-5,"
    "'arrives_ms':250,'feed':'avl'}",
    "{'stands':'unit','callsign':'E7','kind':'engine','station':'St6','crew':4,'skills':'BA foam',"
    "'status':'ONS','status_ms':-284,'incident':42,'location':[51.2252,-4.0823],'located_ms':-9}",
    "{'stands':'unit','callsign':'L2','kind':'ladder','station':'St6','crew':3,'status':'ONS',"
    "'status_ms':-280,'incident':42,'location':[51.2249,-4.0828],'located_ms':-12}",
    "{'stands':'unit','callsign':'B1','kind':'chief','station':'St2','crew':1,'status':'ENR',"
    "'status_ms':-560,'incident':42,'order':29,'location':[51.2202,-4.0871],'located_ms':-3,"
    "'speed_mps':12,'course_deg':70,'arrives_ms':50}",
    "{'stands':'unit','callsign':'P30','kind':'patrol','station':'Pol1','crew':1,'status':'ENR',"
    "'status_ms':-65,'incident':42,'location':[51.2226,-4.0818],'located_ms':-10,"
    "'destination':'cordon Quay St south','arrives_ms':120,'speed_mps':9,'course_deg':10}",
    "{'stands':'unit','callsign':'M6','kind':'ambulance','station':'Amb1','crew':2,'status':'ENR',"
    "'status_ms':-125,'incident':43,'location':[51.2281,-4.0873],'located_ms':-4,"
    "'arrives_ms':200,'speed_mps':14,'course_deg':175}",
    "{'stands':'unit','callsign':'P21','kind':'patrol','station':'Pol1','crew':2,'status':'ONS',"
    "'status_ms':-760,'incident':41,'location':[51.2199,-4.0868],'located_ms':-6}",
    "{'stands':'unit','callsign':'C2','kind':'crane','station':'St5','crew':2,'status':'ONS',"
    "'status_ms':-1880,'incident':44,'location':[51.20906,-4.1119],'located_ms':-31}",
    "{'stands':'unit','callsign':'M2','kind':'ambulance','station':'Amb2','crew':2,'status':'TRN',"
    "'status_ms':-842,'incident':39,'location':[51.2186,-4.1062],'located_ms':-7,"
    "'destination':'St Brae Hospital','speed_mps':13,'course_deg':95,'arrives_ms':95}",
    "{'stands':'unit','callsign':'FB1','kind':'fireboat','station':'Pier2','crew':3,'status':'AVL',"
    "'status_ms':-70,'location':[51.2241,-4.0741],'located_ms':-8,'speed_mps':3,'course_deg':0}",
    "{'stands':'unit','callsign':'E5','kind':'engine','station':'St1','crew':4,'status':'AVL',"
    "'status_ms':-7804,'location':[51.2106,-4.0831],'located_ms':-372}",
    "{'stands':'unit','callsign':'E9','kind':'engine','station':'St1','crew':4,'status':'AVL',"
    "'status_ms':-2412,'location':[51.20365,-4.08538],'home':[51.20365,-4.08538],"
    "'located_ms':-22}",
    "{'stands':'unit','callsign':'M9','kind':'ambulance','station':'St4','crew':2,'status':'AVL',"
    "'status_ms':-1080,'location':[51.23425,-4.11707],'home':[51.23425,-4.11707],"
    "'located_ms':-15}",
    "{'stands':'unit','callsign':'E1','kind':'engine','station':'St1','crew':4,'status':'AVL',"
    "'status_ms':-10044,'location':[51.20365,-4.08538],'home':[51.20365,-4.08538],"
    "'located_ms':-18}",
    "{'stands':'unit','callsign':'E4','kind':'engine','station':'St4','crew':4,'status':'AVL',"
    "'status_ms':-640,'location':[51.2301,-4.1112],'located_ms':-6,'speed_mps':8,"
    "'course_deg':200}",
    "{'stands':'unit','callsign':'L1','kind':'ladder','station':'St2','crew':3,'status':'AVL',"
    "'status_ms':-5220,'location':[51.21736,-4.09583],'home':[51.21736,-4.09583],"
    "'located_ms':-30}",
    "{'stands':'unit','callsign':'P12','kind':'patrol','station':'Pol2','crew':2,'status':'AVL',"
    "'status_ms':-330,'location':[51.2159,-4.0987],'located_ms':-9,'speed_mps':7,"
    "'course_deg':270}",
    "{'stands':'unit','callsign':'P14','kind':'patrol','station':'Pol2','crew':2,'status':'AVL',"
    "'status_ms':-912,'location':[51.2121,-4.0911],'located_ms':-11}",
    "{'stands':'unit','callsign':'R1','kind':'rescue','station':'St2','crew':4,'status':'AVL',"
    "'status_ms':-4025,'location':[51.21736,-4.09583],'home':[51.21736,-4.09583],"
    "'located_ms':-30}",
    "{'stands':'unit','callsign':'D1','kind':'drone','station':'Pol1','crew':1}",
    "{'stands':'unit','callsign':'E2','kind':'engine','station':'St2','crew':4,'status':'OOS',"
    "'status_ms':-10931,'reason':'workshop: pump','back_ms':5280}",
    "{'stands':'unit','callsign':'M1','kind':'ambulance','station':'Amb1','crew':2,'status':'OOS',"
    "'status_ms':-1205,'reason':'decontamination','back_ms':1680}",

    "{'stands':'incident','number':39,'long_id':'PM-2026-004139','type':'MED','priority':3,"
    "'place':'Weir Ln 4','place_state':'confirmed','location':[51.2149,-4.1301],'zone':"
    "'MILLFIELDS','owner':'ANA','opened_by':'ANA','called_ms':-2470,'opened_ms':-2450,"
    "'dispatched_ms':-2440,'accepted_ms':-2431,'enroute_ms':-2390,'onscene_ms':-2005}",
    "{'stands':'incident','number':41,'long_id':'PM-2026-004141','type':'RTC','priority':2,"
    "'place':'Lantern Ave / Mill Rd, 2 cars','place_state':'confirmed','location':"
    "[51.2197,-4.0864],'zone':'OLD MARKET','owner':'BEA','opened_by':'BEA','called_ms':-1290,"
    "'opened_ms':-1260,'dispatched_ms':-1250,'accepted_ms':-1240,'enroute_ms':-1200,"
    "'onscene_ms':-760}",
    "{'stands':'incident','number':42,'long_id':'PM-2026-004142','type':'FIRE','priority':1,"
    "'place':'12 Quay St, Gate B','place_state':'confirmed','location':[51.22534,-4.08164],"
    "'zone':'HARBOUR','owner':'KIM','opened_by':'KIM','called_ms':-642,'opened_ms':-630,"
    "'dispatched_ms':-591,'accepted_ms':-580,'enroute_ms':-519,'onscene_ms':-284,"
    "'text':'smoke from the roof of the warehouse, gate is open'}",
    "{'stands':'incident','number':43,'long_id':'PM-2026-004143','type':'MED','priority':2,"
    "'place':'Quay St 31, Custom House','place_state':'confirmed','location':[51.22457,-4.08338],"
    "'zone':'HARBOUR','owner':'ANA','opened_by':'ANA','called_ms':-190,'opened_ms':-170,"
    "'dispatched_ms':-150,'accepted_ms':-141,'enroute_ms':-125}",
    "{'stands':'incident','number':44,'long_id':'PM-2026-004144','type':'TREE','priority':3,"
    "'place':'Tannery Ln 7','place_state':'confirmed','location':[51.20906,-4.1119],'zone':"
    "'SALTMARSH','owner':'BEA','opened_by':'BEA','called_ms':-3100,'opened_ms':-3080,"
    "'dispatched_ms':-3000,'accepted_ms':-2990,'enroute_ms':-2900,'onscene_ms':-1880}",
    "{'stands':'incident','number':45,'long_id':'PM-2026-004145','type':'LIFT','priority':4,"
    "'place':'Lantern Ave 80','place_state':'confirmed','location':[51.21219,-4.09472],'zone':"
    "'OLD MARKET','owner':'ANA','opened_by':'ANA','called_ms':-1330,'opened_ms':-1310}",
    "{'stands':'incident','number':46,'long_id':'PM-2026-004146','type':'FIRE','priority':1,"
    "'place':'3 Chandlers Row','place_state':'confirmed','location':[51.22362,-4.08788],'zone':"
    "'GLASSWORKS','owner':'KIM','opened_by':'ANA','called_ms':-48,'opened_ms':-44,"
    "'dispatched_ms':-31,'text':'flames in the yard, neighbour calling'}",
    "{'stands':'incident','number':47,'long_id':'PM-2026-004147','type':'MED','priority':2,"
    "'place':'near the fish market','place_state':'unconfirmed','location':[51.2241,-4.0852],"
    "'zone':'HARBOUR','opened_by':'cad-112','feed':'cad-112','source':'c-5512','called_ms':-17,"
    "'opened_ms':-16}",

    "{'stands':'alarm','number':17,'feed':'gas','source':'q4','point':'GAS-Q4','condition':'GAS',"
    "'active':true,'value':38,'measured_in':'%LEL','priority':1,'place':'Quay St north',"
    "'location':[51.2267,-4.0801],'raised_ms':-192,'changed_ms':-12,'count':9}",
    "{'stands':'alarm','number':18,'feed':'gas','source':'t1','point':'TUNNEL-1','condition':"
    "'SMOKE','active':false,'acknowledged':true,'acknowledged_by':'BEA','priority':3,'place':"
    "'Bridge 2 duct','location':[51.2163,-4.0902],'raised_ms':-900,'changed_ms':-300,'count':1}",
    "{'stands':'hazard','number':9,'feed':'weather','source':'fl-77','kind':'FLOOD','severity':"
    "'Severe','headline':'High water at the quays about 16:40','area':'Harbour and Ferry Quarter',"
    "'polygon':[[51.2150,-4.0830],[51.2150,-4.0740],[51.2205,-4.0725],[51.2215,-4.0800],"
    "[51.2150,-4.0830]],'effective_ms':-900,'expires_ms':12473,'raised_ms':-890}",
    "{'stands':'order','number':29,'verb':'dispatch','unit':'B1','incident':42,'stage':'accepted',"
    "'stage_ms':-580,'queued_ms':-591,'by':'KIM','route':[[51.2174,-4.0958],[51.2202,-4.0871],"
    "[51.2222,-4.0835],[51.2253,-4.0816]],'route_s':380,'route_m':2400}",
    "{'stands':'order','number':33,'verb':'dispatch','unit':'E3','incident':46,'stage':"
    "'delivered','stage_ms':-29,'queued_ms':-31,'by':'KIM','expires_ms':29,'route':"
    "[[51.2279,-4.0904],[51.2251,-4.0899],[51.2236,-4.0879]],'route_s':250,'route_m':1100}",
    "{'stands':'message','number':88,'unit':'E7','incident':42,'text':"
    "'smoke showing, making entry, need ladder to Gate B','at_ms':-69}",
    "{'stands':'question','number':32,'target':'person','purpose':'confirm','operator':'KIM',"
    "'command':'d 46 E7','consequence':'d 46 E7: E7 is ONS on #42. Divert?','incident':46,"
    "'asked_ms':-31,'expires_ms':89}",
    "{'stands':'attention','object':'M4','level':1,'words':'EMG','raised_ms':-21}",
    "{'stands':'attention','object':'AL17','level':2,'words':'ALM','owner':'KIM',"
    "'raised_ms':-192}",
    "{'stands':'attention','object':'OR33','level':2,'words':'NOACK','owner':'KIM',"
    "'raised_ms':-31}",
    "{'stands':'attention','object':'QU32','level':2,'words':'ASK','owner':'KIM',"
    "'raised_ms':-31}",
    "{'stands':'attention','object':'#47','level':3,'words':'NEW','raised_ms':-16}",
    "{'stands':'attention','object':'#45','level':4,'words':'LATE','owner':'ANA',"
    "'raised_ms':-1030}",
    "{'stands':'attention','object':'#44','level':4,'words':'LATE','owner':'BEA','state':'taken',"
    "'raised_ms':-80}",
    "{'stands':'attention','object':'MS88','level':4,'words':'MSG','owner':'KIM',"
    "'raised_ms':-69}",
    "{'stands':'attention','object':'feed tide','level':5,'words':'STALE','owner':'ANA',"
    "'raised_ms':-160}",
    "{'stands':'note','number':1,'incident':42,'by':'KIM','at_ms':-591,'text':"
    "'gate code is with the night watchman, in person','entry':1408402}",
    "{'stands':'note','number':2,'incident':42,'unit':'E7','by':'E7','at_ms':-284,'text':"
    "'on scene, going round the back','entry':1408610}",
    "{'stands':'note','number':3,'incident':42,'unit':'E7','by':'E7','at_ms':-146,'text':"
    "'PAR 4 of 4, by radio','entry':1408733}",
    "{'stands':'note','number':4,'incident':42,'unit':'E7','by':'E7','at_ms':-69,'text':"
    "'smoke showing, making entry, need ladder to Gate B','entry':1408761}",
    "{'stands':'note','number':5,'incident':46,'by':'ANA','at_ms':-40,'text':"
    "'neighbour says two children may be inside','entry':1408779}",
    "{'stands':'note','number':6,'incident':42,'by':'BEA','at_ms':-27,'text':"
    "'second caller: person at window, 2nd floor, Gate B side','entry':1408790}",
    "{'stands':'note','number':7,'incident':41,'by':'BEA','at_ms':-2,'text':"
    "'one trapped, request 2nd medic','entry':1408811}",
};

/* The layers of the sample city, weighed as a map of a town is. */
static const char *const layers[] = {
    "'rank':1,'name':'water','file':'water.shp','label':'NAME','ink':'map-waterline',"
    "'ground':'water','label_m_per_cell_max':200",
    "'rank':2,'name':'built','file':'built.shp','ground':'built'",
    "'rank':3,'name':'parks','file':'parks.shp','label':'NAME','ink':'map-park-name',"
    "'ground':'park','label_m_per_cell_max':40",
    "'rank':4,'name':'coast','file':'coast.shp','ink':'map-waterline'",
    "'rank':5,'name':'rail','file':'rail.shp','ink':'map-rail'",
    "'rank':6,'name':'streets','file':'streets.shp','label':'NAME','column':'CLASS',"
    "'ink':'map-street'",
    "'rank':7,'name':'zones','file':'zones.shp','label':'NAME','ink':'map-boundary',"
    "'label_m_per_cell_max':120",
};
static const char *const layer_classes[] = {
    "'rank':601,'layer':'streets','value':'motorway','ink':'map-motorway',"
    "'label_m_per_cell_max':60",
    "'rank':602,'layer':'streets','value':'arterial','ink':'map-arterial',"
    "'label_m_per_cell_max':40",
    "'rank':603,'layer':'streets','value':'collector','ink':'map-street','m_per_cell_max':50,"
    "'label_m_per_cell_max':14",
    "'rank':604,'layer':'streets','value':'','ink':'map-path','m_per_cell_max':30,"
    "'label_m_per_cell_max':6",
};

/* Ages become instants; `'x_ms':-21` and `'x_ms':250` are seconds from now. */
static void put_instants(const char *from, char *to, size_t to_bytes)
{
    size_t length = 0;

    while (*from) {
        int64_t seconds;
        int used = 0;
        to[length++] = *from == '\'' ? '"' : *from;
        assert(length + 24 < to_bytes);
        if (strncmp(from, "_ms':", 5) != 0) {
            from++;
            continue;
        }
        assert_int_equal(sscanf(from + 5, "%" PRId64 "%n", &seconds, &used), 1);
        length += (size_t)snprintf(to + length, to_bytes - length, "ms\":%" PRId64,
                                   (int64_t)ROOM_NOW_MS + seconds * 1000);
        from += 5 + used;
    }
    to[length] = '\0';
}

static void load(struct picture *picture, const char *row)
{
    char line[4096], sentence[200];
    struct arena *arena = arena_new();
    struct json *json = NULL;

    put_instants(row, line, sizeof line);
    struct verdict verdict = json_parse(span_of(line), &json);
    if (is_accepted(&verdict))
        verdict = picture_load(picture, json, arena);
    if (!is_accepted(&verdict))
        fail_msg("%s: %s", line, verdict_sentence(&verdict, sentence, sizeof sentence));
    json_free(json);
    arena_free(arena);
}

static void load_layers(struct picture *picture, const char *folder)
{
    char row[1024];

    for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
        /* The file becomes absolute, as the hub sends it. */
        const char *file = strstr(layers[i], "'file':'") + strlen("'file':'");
        snprintf(row, sizeof row, "{'stands':'layer',%.*s%s/%s}", (int)(file - layers[i]),
                 layers[i], folder, file);
        load(picture, row);
    }
    for (size_t i = 0; i < ARRAY_COUNT(layer_classes); i++) {
        snprintf(row, sizeof row, "{'stands':'layer_class',%s}", layer_classes[i]);
        load(picture, row);
    }
}

struct picture *sample_room_idle(void)
{
    struct picture *picture = picture_new();

    load(picture, rows[0]);             /* Its head, and the site. */
    load(picture, rows[1]);
    return picture;
}

struct picture *sample_room_new(const char *layers_folder)
{
    struct picture *picture = picture_new();

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        load(picture, rows[i]);
    if (layers_folder)
        load_layers(picture, layers_folder);
    return picture;
}
