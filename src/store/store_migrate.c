/*
 * Versions of the database, in PRAGMA user_version. A migration is one transaction; a new database is one as well, with
 * all of them and what is taken over from files. What a released version made is never edited here; a change of the
 * tables is a new migration at the end, with a saved database of the version before as its test.
 */
#include <stdio.h>

#include "store/store_parts.h"

/* "SGat": file(1) and we ourselves know the file by it. */
#define APPLICATION_ID 0x53476174

/* Moments are seconds since 1970: those of `ledger`, `traffic` and `evidence` by the ledger's clock, all others by the
 * wall clock.
 */
static const char version_1[] =
    "CREATE TABLE installation ("
    "  id INTEGER PRIMARY KEY CHECK (id = 1),"
    "  settings TEXT NOT NULL,"        /* JSON */
    "  generation INTEGER NOT NULL,"   /* of the last snapshot that may have been published */
    "  clock_over_s INTEGER NOT NULL," /* the ledger's clock, as it was last stored */
    "  clock_sure_s INTEGER NOT NULL,"
    "  site_slot_next INTEGER NOT NULL," /* places in the shared counters */
    "  upstream_slot_next INTEGER NOT NULL,"
    "  seal_check BLOB,"                    /* opens with the key that the private keys are sealed with */
    "  takeover INTEGER NOT NULL DEFAULT 0" /* 1: the files of before are still to be put away */
    ") STRICT;"
    "INSERT INTO installation VALUES (1, '{}', 0, 0, 0, 0, 0, NULL, 0);"

    "CREATE TABLE site ("
    "  name TEXT PRIMARY KEY NOT NULL,"
    "  content TEXT NOT NULL," /* JSON */
    "  ecdsa TEXT,"            /* ids of its certificates, which are in the content as well */
    "  rsa TEXT"
    ") STRICT;"
    "CREATE INDEX site_ecdsa ON site (ecdsa) WHERE ecdsa IS NOT NULL;"
    "CREATE INDEX site_rsa ON site (rsa) WHERE rsa IS NOT NULL;"

    "CREATE TABLE certificate ("
    "  id TEXT PRIMARY KEY NOT NULL," /* from chain and key */
    "  chain BLOB NOT NULL,"          /* DER, leaf first, one after the other */
    "  key BLOB NOT NULL,"            /* PKCS#8, sealed */
    "  added_s INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE local_ca ("
    "  id INTEGER PRIMARY KEY CHECK (id = 1),"
    "  root TEXT NOT NULL," /* PEM */
    "  key BLOB NOT NULL,"  /* PEM, sealed */
    "  made_s INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE ledger ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL,"
    "  max_age_s INTEGER NOT NULL CHECK (max_age_s >= 0),"
    "  include_subdomains INTEGER NOT NULL CHECK (include_subdomains IN (0, 1)),"
    "  preload INTEGER NOT NULL CHECK (preload IN (0, 1)),"
    "  cap_s INTEGER NOT NULL CHECK (cap_s >= 0)," /* 0: none */
    "  from_s INTEGER NOT NULL,"
    "  to_s INTEGER" /* NULL: open */
    ") STRICT;"
    "CREATE INDEX ledger_name ON ledger (name);"
    "CREATE TRIGGER ledger_forgets_nothing BEFORE DELETE ON ledger "
    "BEGIN SELECT RAISE(ABORT, 'the ledger forgets nothing'); END;"
    /* An entry ends once; after that, and in all else, it may only come to answer later (a clock that was wrong, a
       backup that knows more). */
    "CREATE TRIGGER ledger_answers_no_earlier BEFORE UPDATE ON ledger WHEN "
    "NEW.id IS NOT OLD.id OR NEW.name IS NOT OLD.name OR NEW.max_age_s IS NOT OLD.max_age_s OR "
    "NEW.include_subdomains IS NOT OLD.include_subdomains OR NEW.preload IS NOT OLD.preload OR "
    "NEW.from_s IS NOT OLD.from_s OR NEW.to_s < OLD.to_s OR "
    "(NEW.cap_s <> 0 AND (OLD.cap_s = 0 OR NEW.cap_s < OLD.cap_s)) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger never answers earlier than it did'); END;"

    "CREATE TABLE root ("
    "  fingerprint TEXT PRIMARY KEY NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  pem TEXT NOT NULL,"
    "  not_after_s INTEGER NOT NULL,"
    "  declared_s INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE served ("
    "  site TEXT NOT NULL,"
    "  fingerprint TEXT NOT NULL,"
    "  not_before_s INTEGER NOT NULL,"
    "  not_after_s INTEGER NOT NULL,"
    "  first_s INTEGER NOT NULL,"
    "  last_s INTEGER NOT NULL,"
    "  PRIMARY KEY (site, fingerprint)"
    ") STRICT, WITHOUT ROWID;"

    /* By time first: what comes together lies together, and so does what goes. */
    "CREATE TABLE traffic ("
    "  site TEXT NOT NULL,"
    "  hour_s INTEGER NOT NULL,"
    "  https_requests INTEGER NOT NULL,"
    "  http_requests INTEGER NOT NULL,"
    "  PRIMARY KEY (hour_s, site)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE traffic_day ("
    "  site TEXT NOT NULL,"
    "  day_s INTEGER NOT NULL,"
    "  https_requests INTEGER NOT NULL,"
    "  http_requests INTEGER NOT NULL,"
    "  PRIMARY KEY (day_s, site)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY,"
    "  at_s INTEGER NOT NULL,"
    "  actor TEXT NOT NULL,"
    "  act TEXT NOT NULL,"
    "  site TEXT NOT NULL,"
    "  outcome TEXT NOT NULL,"
    "  before TEXT NOT NULL,"
    "  after TEXT NOT NULL,"
    "  guards TEXT NOT NULL,"
    "  override TEXT NOT NULL,"
    "  reason TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX audit_site ON audit (site);"
    "CREATE INDEX audit_at ON audit (at_s);"
    "CREATE TRIGGER audit_forgets_nothing BEFORE DELETE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log forgets nothing'); END;"
    "CREATE TRIGGER audit_changes_nothing BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log changes nothing that was'); END;"

    "CREATE TABLE idempotency ("
    "  key TEXT PRIMARY KEY NOT NULL,"
    "  at_s INTEGER NOT NULL,"
    "  request TEXT NOT NULL,"
    "  status INTEGER NOT NULL,"
    "  body TEXT NOT NULL"
    ") STRICT;";

/*
 * Certificates that were seen served prove the renewals of the source they came from. Which that was is not known of
 * those of before: they are kept and prove nothing, so that no promise outlasts a certificate (never longer in doubt).
 */
static const char version_2[] =
    "ALTER TABLE served RENAME TO served_before;"
    "CREATE TABLE served ("
    "  site TEXT NOT NULL,"
    "  source TEXT NOT NULL," /* that of the site then; empty: not known */
    "  fingerprint TEXT NOT NULL,"
    "  not_before_s INTEGER NOT NULL,"
    "  not_after_s INTEGER NOT NULL,"
    "  first_s INTEGER NOT NULL,"
    "  last_s INTEGER NOT NULL,"
    "  PRIMARY KEY (site, source, fingerprint)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO served SELECT site, '', fingerprint, not_before_s, not_after_s, first_s, last_s FROM served_before;"
    "DROP TABLE served_before;";

/*
 * The way of each certificate to where it is served. Those of before were published at a moment that nobody wrote down.
 * Each side of a pair is proven by itself: what was seen of before was the ECDSA side, where there was one.
 */
static const char version_3[] =
    "CREATE TABLE publication ("
    "  site TEXT NOT NULL,"
    "  certificate TEXT NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  published_s INTEGER,"    /* NULL: before this table was there */
    "  acknowledged_s INTEGER," /* NULL: not yet */
    "  PRIMARY KEY (site, certificate)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX publication_waiting ON publication (generation) WHERE acknowledged_s IS NULL;"
    "INSERT INTO publication SELECT name, ecdsa, (SELECT generation FROM installation), NULL, NULL FROM site "
    "WHERE ecdsa IS NOT NULL;"
    "INSERT OR IGNORE INTO publication SELECT name, rsa, (SELECT generation FROM installation), NULL, NULL FROM site "
    "WHERE rsa IS NOT NULL;"

    "CREATE TABLE mismatch ("
    "  site TEXT NOT NULL,"
    "  side TEXT NOT NULL,"
    "  place TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  fingerprint TEXT NOT NULL,"
    "  serial TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  issuer TEXT NOT NULL,"
    "  why TEXT NOT NULL,"
    "  not_after_s INTEGER NOT NULL,"
    "  since_s INTEGER NOT NULL,"
    "  at_s INTEGER NOT NULL,"
    "  PRIMARY KEY (site, side, place)"
    ") STRICT, WITHOUT ROWID;"

    "ALTER TABLE served RENAME TO served_before;"
    "CREATE TABLE served ("
    "  site TEXT NOT NULL,"
    "  source TEXT NOT NULL," /* that of the site then; empty: not known */
    "  side TEXT NOT NULL,"
    "  fingerprint TEXT NOT NULL,"
    "  not_before_s INTEGER NOT NULL,"
    "  not_after_s INTEGER NOT NULL,"
    "  first_s INTEGER NOT NULL,"
    "  last_s INTEGER NOT NULL,"
    "  PRIMARY KEY (site, source, side, fingerprint)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO served SELECT site, source, "
    "CASE WHEN EXISTS (SELECT 1 FROM site AS s WHERE s.name = b.site AND s.ecdsa IS NULL AND s.rsa IS NOT NULL) "
    "THEN 'rsa' ELSE 'ecdsa' END, fingerprint, not_before_s, not_after_s, first_s, last_s FROM served_before AS b;"
    "DROP TABLE served_before;";

/* How zones of the DNS may be changed, for challenges of the kind dns-01. */
static const char version_4[] = "CREATE TABLE dns_zone ("
                                "  zone TEXT PRIMARY KEY NOT NULL,"
                                "  server TEXT NOT NULL,"
                                "  key_name TEXT NOT NULL,"
                                "  algorithm TEXT NOT NULL,"
                                "  secret BLOB NOT NULL," /* sealed */
                                "  added_s INTEGER NOT NULL"
                                ") STRICT;";

/* Telling people: where to (secrets sealed), what, how far each delivery is, and which problems go on. */
static const char version_5[] =
    "CREATE TABLE notify_channel ("
    "  name TEXT PRIMARY KEY NOT NULL,"
    "  content TEXT NOT NULL,"    /* JSON, nothing secret */
    "  secret BLOB,"              /* sealed: the password, the key of the signature */
    "  paused TEXT NOT NULL,"     /* why nothing is sent there; empty: it is */
    "  digest_s INTEGER NOT NULL" /* when the last digest was made; 0: never */
    ") STRICT;"
    "CREATE TABLE notification ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  key TEXT NOT NULL,"
    "  at_s INTEGER NOT NULL,"
    "  site TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  phase TEXT NOT NULL,"
    "  severity TEXT NOT NULL,"
    "  stage TEXT NOT NULL,"
    "  content TEXT NOT NULL" /* JSON, as it is sent */
    ") STRICT;"
    "CREATE TABLE notify_delivery ("
    "  notification INTEGER NOT NULL REFERENCES notification (id) ON DELETE CASCADE,"
    "  channel TEXT NOT NULL REFERENCES notify_channel (name) ON DELETE CASCADE,"
    "  state TEXT NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  next_s INTEGER NOT NULL,"
    "  done_s INTEGER NOT NULL,"
    "  problem TEXT NOT NULL,"
    "  PRIMARY KEY (notification, channel)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX notify_delivery_channel ON notify_delivery (channel, state, notification);"
    "CREATE TABLE notify_standing ("
    "  site TEXT NOT NULL," /* empty: about the installation */
    "  kind TEXT NOT NULL,"
    "  stage TEXT NOT NULL,"
    "  rank INTEGER NOT NULL,"
    "  severity TEXT NOT NULL,"
    "  since_s INTEGER NOT NULL,"
    "  told_s INTEGER NOT NULL,"
    "  told_count INTEGER NOT NULL,"
    "  PRIMARY KEY (site, kind)"
    ") STRICT, WITHOUT ROWID;";

/* Certificates that are kept ready beside those of their sites, and requests for certificates with their keys. */
static const char version_6[] = "CREATE TABLE drawer ("
                                "  site TEXT NOT NULL,"
                                "  certificate TEXT NOT NULL,"
                                "  PRIMARY KEY (site, certificate)"
                                ") STRICT, WITHOUT ROWID;"
                                "CREATE INDEX drawer_certificate ON drawer (certificate);"

                                "CREATE TABLE request ("
                                "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
                                "  site TEXT NOT NULL,"
                                "  request BLOB NOT NULL," /* PKCS#10, DER */
                                "  key BLOB NOT NULL,"     /* PKCS#8, sealed */
                                "  made_s INTEGER NOT NULL"
                                ") STRICT;"
                                "CREATE INDEX request_site ON request (site);";

/* Certificate authorities that speak ACME, and the certificates on order there. */
static const char version_7[] = "CREATE TABLE acme_ca ("
                                "  name TEXT PRIMARY KEY NOT NULL,"
                                "  content TEXT NOT NULL," /* JSON */
                                "  secrets BLOB NOT NULL"  /* JSON, sealed */
                                ") STRICT;"
                                "CREATE TABLE acme_order ("
                                "  site TEXT NOT NULL,"
                                "  rehearsal INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),"
                                "  content TEXT NOT NULL," /* JSON */
                                "  key BLOB,"              /* PKCS#8, sealed; NULL: none */
                                "  PRIMARY KEY (site, rehearsal)"
                                ") STRICT, WITHOUT ROWID;";

/* Who may use the admin panel. Names are equal without regard to case, as their tables have it. */
static const char version_8[] = "CREATE TABLE account ("
                                "  name TEXT PRIMARY KEY COLLATE NOCASE NOT NULL,"
                                "  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),"
                                "  password TEXT NOT NULL," /* a hash */
                                "  totp BLOB,"              /* the secret of one-time codes, sealed; NULL: none */
                                "  totp_step INTEGER NOT NULL,"
                                "  totp_next BLOB," /* one that no code was seen of yet, sealed */
                                "  language TEXT NOT NULL,"
                                "  created_s INTEGER NOT NULL"
                                ") STRICT;"
                                "CREATE TABLE passkey ("
                                "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
                                "  account TEXT COLLATE NOCASE NOT NULL REFERENCES account (name) ON DELETE CASCADE,"
                                "  credential BLOB NOT NULL UNIQUE,"
                                "  key BLOB NOT NULL," /* COSE, public */
                                "  algorithm INTEGER NOT NULL,"
                                "  sign_count INTEGER NOT NULL,"
                                "  label TEXT NOT NULL,"
                                "  rp_id TEXT NOT NULL,"
                                "  created_s INTEGER NOT NULL,"
                                "  last_used_s INTEGER NOT NULL" /* 0: never */
                                ") STRICT;"
                                "CREATE INDEX passkey_account ON passkey (account);"
                                "CREATE TABLE session ("
                                "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
                                "  id BLOB NOT NULL UNIQUE," /* SHA-256 of the cookie */
                                "  csrf TEXT NOT NULL,"
                                "  account TEXT COLLATE NOCASE NOT NULL REFERENCES account (name) ON DELETE CASCADE,"
                                "  door TEXT NOT NULL,"
                                "  created_s INTEGER NOT NULL,"
                                "  last_seen_s INTEGER NOT NULL,"
                                "  expires_s INTEGER NOT NULL,"
                                "  address TEXT NOT NULL,"
                                "  user_agent TEXT NOT NULL"
                                ") STRICT;"
                                "CREATE INDEX session_account ON session (account);";

/* TXT records that prove names and may be up: one who is killed cannot take them down. */
static const char version_9[] = "CREATE TABLE dns_record ("
                                "  name TEXT NOT NULL,"
                                "  value TEXT NOT NULL,"
                                "  owner INTEGER NOT NULL," /* which process put it up */
                                "  PRIMARY KEY (name, value)"
                                ") STRICT, WITHOUT ROWID;";

/*
 * The page that a passkey was made on. Of those from before it is not known: they are good for nothing, and made anew.
 */
static const char version_10[] = "ALTER TABLE passkey ADD COLUMN origin TEXT NOT NULL DEFAULT '';";

/*
 * What was counted of requests goes on as it was. Handshakes were not counted by site, and redirects not written down:
 * since when everything is known (since_s) is set when first something is.
 */
static const char version_11[] =
    "CREATE TABLE evidence_site ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  name TEXT NOT NULL UNIQUE," /* '': the gateway as a whole */
    "  since_s INTEGER"
    ") STRICT;"
    "CREATE TABLE evidence ("
    "  step_s INTEGER NOT NULL," /* 60, 3600, 86400 */
    "  at_s INTEGER NOT NULL,"   /* a multiple of it */
    "  site INTEGER NOT NULL,"
    "  https_requests INTEGER NOT NULL,"
    "  http_requests INTEGER NOT NULL,"
    "  redirects INTEGER NOT NULL,"
    "  handshakes INTEGER NOT NULL,"
    "  PRIMARY KEY (step_s, at_s, site)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE evidence_failure (" /* each beside a row of `evidence` */
    "  step_s INTEGER NOT NULL,"
    "  at_s INTEGER NOT NULL,"
    "  site INTEGER NOT NULL,"
    "  cause TEXT NOT NULL,"
    "  count INTEGER NOT NULL,"
    "  PRIMARY KEY (step_s, at_s, site, cause)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO evidence_site (name) SELECT site FROM traffic UNION SELECT site FROM traffic_day;"
    "INSERT INTO evidence SELECT 3600, hour_s, id, https_requests, http_requests, 0, 0 FROM traffic "
    "JOIN evidence_site ON name = traffic.site;"
    "INSERT INTO evidence SELECT 86400, day_s, id, sum(https_requests), sum(http_requests), 0, 0 FROM "
    "(SELECT site, hour_s - hour_s % 86400 AS day_s, https_requests, http_requests FROM traffic "
    "UNION ALL SELECT site, day_s, https_requests, http_requests FROM traffic_day) AS both "
    "JOIN evidence_site ON name = both.site GROUP BY day_s, id;"
    "DROP TABLE traffic;"
    "DROP TABLE traffic_day;";

/* What the last self-check of each site came to (control/self_check.h). */
static const char version_12[] = "CREATE TABLE self_check ("
                                 "  site TEXT NOT NULL PRIMARY KEY,"
                                 "  at_s INTEGER NOT NULL,"
                                 "  form INTEGER NOT NULL," /* a hash of the site as it was looked at */
                                 "  content TEXT NOT NULL"  /* JSON */
                                 ") STRICT, WITHOUT ROWID;";

/* Names below those of sites that clients asked for. */
static const char version_13[] = "CREATE TABLE seen_name ("
                                 "  name TEXT PRIMARY KEY NOT NULL,"
                                 "  domain TEXT NOT NULL," /* a site's name that it lies below */
                                 "  first_s INTEGER NOT NULL,"
                                 "  last_s INTEGER NOT NULL,"
                                 "  count INTEGER NOT NULL,"
                                 "  hours INTEGER NOT NULL,"
                                 "  worth INTEGER NOT NULL," /* at last_s */
                                 "  by INTEGER NOT NULL"     /* enum seen_by */
                                 ") STRICT, WITHOUT ROWID;"
                                 "CREATE INDEX seen_name_domain ON seen_name (domain);";

/* Names below the names of sites, with what is known of each (store/subname.h). */
static const char version_14[] = "CREATE TABLE inventory (" /* sites that have names */
                                 "  site TEXT PRIMARY KEY NOT NULL"
                                 ") STRICT, WITHOUT ROWID;"
                                 "CREATE TABLE inventory_name ("
                                 "  site TEXT NOT NULL,"
                                 "  name TEXT NOT NULL,"
                                 "  sources INTEGER NOT NULL," /* bits, as flags are: the numbers of hsts/subname.h */
                                 "  added_s INTEGER NOT NULL,"
                                 "  last_s INTEGER NOT NULL,"
                                 "  cname TEXT NOT NULL DEFAULT '',"
                                 "  verdict TEXT NOT NULL DEFAULT 'unlooked',"
                                 "  flags INTEGER NOT NULL DEFAULT 0,"
                                 "  detail TEXT NOT NULL DEFAULT '',"
                                 "  addresses TEXT NOT NULL DEFAULT '',"
                                 "  looked_s INTEGER NOT NULL DEFAULT 0," /* 0: never */
                                 "  due INTEGER NOT NULL DEFAULT 1,"   /* 1: it is to be looked at; 2: somebody does */
                                 "  sign_by TEXT NOT NULL DEFAULT ''," /* '': nobody */
                                 "  sign_s INTEGER NOT NULL DEFAULT 0,"
                                 "  sign_comment TEXT NOT NULL DEFAULT '',"
                                 "  sign_verdict TEXT NOT NULL DEFAULT '',"
                                 "  except_by TEXT NOT NULL DEFAULT '',"
                                 "  except_s INTEGER NOT NULL DEFAULT 0,"
                                 "  except_reason TEXT NOT NULL DEFAULT '',"
                                 "  except_until_s INTEGER NOT NULL DEFAULT 0," /* 0: for good */
                                 "  PRIMARY KEY (site, name)"
                                 ") STRICT, WITHOUT ROWID;"
                                 "CREATE INDEX inventory_name_due ON inventory_name (site) WHERE due > 0;"
                                 "CREATE INDEX inventory_name_looked ON inventory_name (site, looked_s);";

/* What came over plain HTTP (store/census_pack.h); NULL where nothing did, or it was not counted yet. */
static const char version_15[] = "ALTER TABLE evidence ADD COLUMN census BLOB;";

/* The clients of each site and day, in numbers (store/clients_day.h). */
static const char version_16[] = "CREATE TABLE clients_day ("
                                 "  site TEXT NOT NULL,"
                                 "  day INTEGER NOT NULL,"       /* since 1970-01-01 */
                                 "  made_at_s INTEGER NOT NULL," /* of the memory that it was counted in */
                                 "  at_s INTEGER NOT NULL,"      /* counted up to then */
                                 "  content TEXT NOT NULL,"      /* JSON */
                                 "  PRIMARY KEY (site, day)"
                                 ") STRICT, WITHOUT ROWID;"
                                 "CREATE INDEX clients_day_day ON clients_day (day);";

/* Who came over HTTPS by week (store/coverage.h). */
static const char version_17[] = "CREATE TABLE coverage_week ("
                                 "  site TEXT NOT NULL,"
                                 "  week INTEGER NOT NULL," /* its number, from 1970 on */
                                 "  level INTEGER NOT NULL,"
                                 "  https INTEGER NOT NULL,"
                                 "  came_back INTEGER NOT NULL,"
                                 "  rung_s INTEGER NOT NULL,"
                                 "  rung_level INTEGER NOT NULL,"
                                 "  of_rung INTEGER NOT NULL,"
                                 "  came_back_of_rung INTEGER NOT NULL,"
                                 "  classes BLOB NOT NULL,"
                                 "  PRIMARY KEY (site, week)"
                                 ") STRICT, WITHOUT ROWID;";

/* Keys of evidence bundles: the present one sealed, of those before it the public half. */
static const char version_18[] = "CREATE TABLE evidence_key ("
                                 "  id INTEGER PRIMARY KEY,"
                                 "  fingerprint TEXT NOT NULL UNIQUE,"
                                 "  public TEXT NOT NULL," /* PEM */
                                 "  key BLOB,"
                                 "  made_s INTEGER NOT NULL,"
                                 "  retired_s INTEGER NOT NULL DEFAULT 0," /* 0: it is the present one */
                                 "  CHECK ((key IS NULL) = (retired_s <> 0))"
                                 ") STRICT;"
                                 "CREATE UNIQUE INDEX evidence_key_present ON evidence_key (retired_s) "
                                 "WHERE retired_s = 0;"
                                 "CREATE TRIGGER evidence_key_stays BEFORE DELETE ON evidence_key "
                                 "BEGIN SELECT RAISE(ABORT, 'a key that has signed is not forgotten'); END;";

/* What browsers reported (store/report.h). */
static const char version_19[] = "CREATE TABLE report ("
                                 "  site TEXT NOT NULL,"
                                 "  from_s INTEGER NOT NULL,"
                                 "  type TEXT NOT NULL,"
                                 "  count INTEGER NOT NULL,"
                                 "  reporters INTEGER NOT NULL,"
                                 "  error INTEGER NOT NULL,"
                                 "  PRIMARY KEY (site, from_s, type)"
                                 ") STRICT, WITHOUT ROWID;";

/* Index + 1 is the version it leads to. */
static const char *const migrations[] = {
    version_1,  version_2,  version_3,  version_4,  version_5,  version_6,  version_7,
    version_8,  version_9,  version_10, version_11, version_12, version_13, version_14,
    version_15, version_16, version_17, version_18, version_19,
};

#define VERSION ((int64_t)(sizeof migrations / sizeof *migrations))

static bool check_version(const struct store *store, int64_t id, int64_t version, int64_t tables, struct err *err)
{
    if (id == 0 && version == 0 && tables == 0)
        return true;
    if (id != APPLICATION_ID || version < 1) {
        (void)err_set(err, ERR_INPUT, "%s is no database of Strictgate", db_path(store->db));
        return err_fix(err, "if another program made it, move it elsewhere");
    }
    if (version <= VERSION)
        return true;
    (void)err_set(err, ERR_INPUT, "%s has version %lld, this program knows version %lld", db_path(store->db),
                  (long long)version, (long long)VERSION);
    return err_fix(err, "run the newer Strictgate that wrote it, or put a backup from before in its place");
}

static bool mark(struct store *store, int64_t version, struct err *err)
{
    char text[128];
    (void)snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %lld;", APPLICATION_ID,
                   (long long)version);
    return db_script(store->db, text, err);
}

static bool step(struct store *store, int64_t version, struct err *err)
{
    return db_script(store->db, migrations[version - 1], err) && mark(store, version, err);
}

/* What the files of before hold is written as this program writes: once every table is there. */
static bool make(struct store *store, int64_t version, struct err *err)
{
    for (int64_t next = 1; next <= version; next++)
        if (!step(store, next, err))
            return false;
    return takeover_import(store, err);
}

static bool in_transaction(struct store *store, bool (*work)(struct store *, int64_t, struct err *), int64_t version,
                           struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if (work(store, version, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

bool store_migrate(struct store *store, struct err *err)
{
    int64_t id, version, tables;
    if (!db_number(store->db, "PRAGMA application_id", &id, err) ||
        !db_number(store->db, "PRAGMA user_version", &version, err) ||
        !db_number(store->db, "SELECT count(*) FROM sqlite_schema", &tables, err) ||
        !check_version(store, id, version, tables, err))
        return false;
    if (version == 0)
        return in_transaction(store, make, VERSION, err);
    for (int64_t next = version + 1; next <= VERSION; next++)
        if (!in_transaction(store, step, next, err))
            return false;
    return true;
}
