#include "control/bundle_words.h"

static const char *const codes[BUNDLE_LANGUAGES_COUNT] = {[BUNDLE_ENGLISH] = "en", [BUNDLE_FRENCH] = "fr"};

static const char *const words[BUNDLE_WORDS_COUNT][BUNDLE_LANGUAGES_COUNT] = {
    [BUNDLE_W_TITLE] = {"Evidence for ", "Preuves pour "},
    [BUNDLE_W_LEAD] =
        {"What the site has promised to browsers about HTTPS, who decided it, and what was observed.",
         "Ce que le site a promis aux navigateurs au sujet de HTTPS, qui l’a décidé, et ce qui a été observé."},
    [BUNDLE_W_UTC] = {"All times are UTC.", "Toutes les heures sont en UTC."},
    [BUNDLE_W_SITE] = {"Site", "Site"},
    [BUNDLE_W_ALIASES] = {"Other names of the site", "Autres noms du site"},
    [BUNDLE_W_SPAN] = {"Span", "Période"},
    [BUNDLE_W_MADE_AT] = {"Made at", "Établi le"},
    [BUNDLE_W_MADE_BY] = {"Made by", "Établi par"},
    [BUNDLE_W_HOST] = {"On the machine", "Sur la machine"},
    [BUNDLE_W_VERSION] = {"Version of Strictgate", "Version de Strictgate"},
    [BUNDLE_W_KEY] = {"Key that signed (SHA-256)", "Clé de signature (SHA-256)"},
    [BUNDLE_W_CLOCK] = {"This machine’s clock", "Horloge de cette machine"},
    [BUNDLE_W_SHORT] = {"In short", "En bref"},
    [BUNDLE_W_FIELD] = {"Strict-Transport-Security sent now", "Strict-Transport-Security envoyé maintenant"},
    [BUNDLE_W_NO_FIELD] = {"none", "aucun"},
    [BUNDLE_W_BOUND_UNTIL] = {"Browsers may be bound until", "Des navigateurs peuvent être liés jusqu’au"},
    [BUNDLE_W_NOBODY_BOUND] = {"nobody is bound", "personne n’est lié"},
    [BUNDLE_W_VALID_UNTIL] = {"Certificate valid until", "Certificat valable jusqu’au"},
    [BUNDLE_W_SEEN_LAST] = {"Seen served last", "Vu servi en dernier"},
    [BUNDLE_W_HTTP_SHARE] = {"Requests over plain HTTP", "Requêtes en HTTP en clair"},
    [BUNDLE_W_STRANDED] = {"Stranded clients", "Clients échoués"},
    [BUNDLE_W_STRANDED_MEANS] = {"redirected to HTTPS, and never came there",
                                 "redirigés vers HTTPS, et jamais arrivés"},
    [BUNDLE_W_OVERRIDES] = {"Guards overridden", "Garde-fous outrepassés"},
    [BUNDLE_W_REFUSALS] = {"Acts that were refused", "Actes refusés"},
    [BUNDLE_W_PROMISES] = {"What was promised", "Ce qui a été promis"},
    [BUNDLE_W_PROMISES_LEAD] = {"Each interval in which browsers could have been told so. Who was told in it insists "
                                "on HTTPS until the last column.",
                                "Chaque intervalle pendant lequel des navigateurs ont pu recevoir cette promesse. Qui "
                                "l’a reçue exige HTTPS jusqu’à la dernière colonne."},
    [BUNDLE_W_MAX_AGE] = {"Promise (max-age)", "Promesse (max-age)"},
    [BUNDLE_W_FROM] = {"From", "Du"},
    [BUNDLE_W_TO] = {"To", "Au"},
    [BUNDLE_W_STILL] = {"still", "en cours"},
    [BUNDLE_W_BINDS_UNTIL] = {"Binds until", "Lie jusqu’au"},
    [BUNDLE_W_NAME] = {"Name", "Nom"},
    [BUNDLE_W_OFF] = {"off", "désactivé"},
    [BUNDLE_W_LOG] = {"Who did what", "Qui a fait quoi"},
    [BUNDLE_W_LOG_LEAD] =
        {"Every act on this site and on what all sites depend on (settings, authorities, roots), the newest first; "
         "what was refused as well. Accounts and sign-ins are not in it.",
         "Chaque acte sur ce site et sur ce dont tous les sites dépendent (réglages, autorités, racines), du plus "
         "récent au plus ancien ; ce qui a été refusé aussi. Les comptes et les connexions n’y sont pas."},
    [BUNDLE_W_WHEN] = {"When", "Quand"},
    [BUNDLE_W_WHO] = {"Who", "Qui"},
    [BUNDLE_W_WHAT] = {"What", "Quoi"},
    [BUNDLE_W_CHANGE] = {"Change, reason, and what guards said", "Changement, raison, et avis des garde-fous"},
    [BUNDLE_W_OUTCOME] = {"Outcome", "Issue"},
    [BUNDLE_W_DONE] = {"done", "fait"},
    [BUNDLE_W_REFUSED] = {"refused", "refusé"},
    [BUNDLE_W_REASON] = {"Reason: ", "Raison : "},
    [BUNDLE_W_OVERRIDDEN] = {"Overridden: ", "Outrepassé : "},
    [BUNDLE_W_GUARDS_PASSED] = {" guards had nothing against it", " garde-fous n’y voyaient rien à redire"},
    [BUNDLE_W_ALL_SITES] = {"all sites", "tous les sites"},
    [BUNDLE_W_CERTIFICATES] = {"Certificates", "Certificats"},
    [BUNDLE_W_CERTIFICATES_LEAD] = {"A certificate counts when it was seen served, by a look through the gateway’s own "
                                    "listeners, not when it lies on a disk.",
                                    "Un certificat compte quand il a été vu servi, par un regard à travers les ports "
                                    "de la passerelle, pas quand il est sur un disque."},
    [BUNDLE_W_FINGERPRINT] = {"Fingerprint (SHA-256)", "Empreinte (SHA-256)"},
    [BUNDLE_W_ISSUER] = {"Issuer", "Émetteur"},
    [BUNDLE_W_VALID] = {"Valid", "Valable"},
    [BUNDLE_W_STORED] = {"Stored", "Enregistré"},
    [BUNDLE_W_PUBLISHED] = {"Published", "Publié"},
    [BUNDLE_W_SEEN_FIRST] = {"Seen served first", "Vu servi d’abord"},
    [BUNDLE_W_DRAWER] = {"kept in reserve", "gardé en réserve"},
    [BUNDLE_W_MISMATCHES] = {"Another certificate was served instead", "Un autre certificat a été servi à la place"},
    [BUNDLE_W_PLACE] = {"Where", "Où"},
    [BUNDLE_W_TRAFFIC] = {"Requests over HTTPS and over HTTP", "Requêtes en HTTPS et en HTTP"},
    [BUNDLE_W_TRAFFIC_LEAD] = {"Answered requests for the site’s names. A page is many requests.",
                               "Requêtes répondues pour les noms du site. Une page en compte beaucoup."},
    [BUNDLE_W_HTTPS] = {"HTTPS", "HTTPS"},
    [BUNDLE_W_HTTP] = {"HTTP", "HTTP"},
    [BUNDLE_W_DAY] = {"Day", "Jour"},
    [BUNDLE_W_WEEK_OF] = {"Week from", "Semaine du"},
    [BUNDLE_W_DAYS_FROM] = {"30 days from", "30 jours à partir du"},
    [BUNDLE_W_FAILED] = {"Failed handshakes", "Négociations TLS échouées"},
    [BUNDLE_W_FAILED_LEAD] = {"TLS connections that were begun for the site and did not come about.",
                              "Connexions TLS commencées pour le site et qui n’ont pas abouti."},
    [BUNDLE_W_CAUSE] = {"Cause", "Cause"},
    [BUNDLE_W_COUNT] = {"Count", "Nombre"},
    [BUNDLE_W_CLIENTS] = {"Clients by day", "Clients par jour"},
    [BUNDLE_W_CLIENTS_LEAD] =
        {"A client is an address and a kind of program, known for a day by a keyed hash alone. Numbers above some "
         "seven hundred a day are from a sample; ± is how far off they may be in 19 cases of 20.",
         "Un client est une adresse et un type de programme, connu pendant un jour par une empreinte à clé seulement. "
         "Au-delà de quelque sept cents par jour, les nombres viennent d’un échantillon ; ± est l’écart possible dans "
         "19 cas sur 20."},
    [BUNDLE_W_ARRIVED] = {"Arrived", "Arrivés"},
    [BUNDLE_W_REDIRECTED] = {"Redirected", "Redirigés"},
    [BUNDLE_W_NOTHING] = {"Nothing in this span.", "Rien dans cette période."},
    [BUNDLE_W_RUNGS] = {"Rung by rung", "Échelon par échelon"},
    [BUNDLE_W_RUNGS_LEAD] =
        {"What came while each promise was made: the share over plain HTTP and of clients that never "
         "arrived should fall. Clients are counted day by day.",
         "Ce qui est venu pendant chaque promesse : la part en HTTP en clair et celle des clients jamais "
         "arrivés devraient baisser. Les clients sont comptés jour par jour."},
    [BUNDLE_W_HTTP_SHORT] = {"HTTP, share", "HTTP, part"},
    [BUNDLE_W_STRANDED_SHARE] = {"Stranded, share", "Échoués, part"},
    [BUNDLE_W_FORECAST] = {"If the certificate failed", "Si le certificat faisait défaut"},
    [BUNDLE_W_WEEKS] = {"Clients over HTTPS by week", "Clients en HTTPS par semaine"},
    [BUNDLE_W_RETURNING] = {"Came on several days", "Venus plusieurs jours"},
    [BUNDLE_W_MISSING] = {"Not seen since the rung began", "Pas revus depuis le début de l’échelon"},
    [BUNDLE_W_PROGRAM] = {"Kind of program", "Type de programme"},
    [BUNDLE_W_SEEN_AT] = {"Seen last", "Vu en dernier"},
    [BUNDLE_W_CENSUS] = {"What came over plain HTTP", "Ce qui est venu en HTTP en clair"},
    [BUNDLE_W_CENSUS_LEAD] = {"Counted without what it was: neither passwords nor cookies nor content are kept.",
                              "Compté sans garder ce que c’était : ni mots de passe, ni cookies, ni contenus."},
    [BUNDLE_W_REQUESTS] = {"Requests", "Requêtes"},
    [BUNDLE_W_IN_SPAN] = {"In the span", "Dans la période"},
    [BUNDLE_W_SINCE_RUNG] = {"Since the present rung", "Depuis l’échelon actuel"},
    [BUNDLE_W_UNSAFE] = {"By methods that change something", "Par des méthodes qui modifient"},
    [BUNDLE_W_BASIC] = {"With a password (Basic)", "Avec un mot de passe (Basic)"},
    [BUNDLE_W_AUTHORIZATION] = {"With another authorization", "Avec une autre autorisation"},
    [BUNDLE_W_COOKIES] = {"With cookies", "Avec des cookies"},
    [BUNDLE_W_BODIES] = {"With content", "Avec un contenu"},
    [BUNDLE_W_REPORTS] = {"What browsers reported", "Ce que les navigateurs ont signalé"},
    [BUNDLE_W_NETWORKS] = {"From networks, by the day", "De réseaux, par jour"},
    [BUNDLE_W_SERVED] = {"All that were seen served", "Tous ceux qui ont été vus servis"},
    [BUNDLE_W_LOOKS] = {"Looks and checks", "Regards et vérifications"},
    [BUNDLE_W_LAST_LOOK] = {"Last look at what is served", "Dernier regard sur ce qui est servi"},
    [BUNDLE_W_LAST_CHECK] = {"Last self-check from outside", "Dernière vérification de l’extérieur"},
    [BUNDLE_W_CHECK_NEVER] = {"not yet", "pas encore"},
    [BUNDLE_W_ERRORS] = {"errors", "erreurs"},
    [BUNDLE_W_WARNINGS] = {"warnings", "avertissements"},
    [BUNDLE_W_GUARDS_NOW] = {"What guards say of the next step (climb)",
                             "Avis des garde-fous sur le pas suivant (montée)"},
    [BUNDLE_W_GUARD] = {"Guard", "Garde-fou"},
    [BUNDLE_W_VERDICT] = {"Verdict", "Avis"},
    [BUNDLE_W_WHY] = {"Why", "Pourquoi"},
    [BUNDLE_W_LEFT_OUT] = {"Not in this bundle", "Absent de ce dossier"},
    [BUNDLE_W_MORE_IN_JSON] = {"Further entries are in evidence.json: ", "D’autres entrées sont dans evidence.json : "},
    [BUNDLE_W_VERIFY] = {"How to check this", "Comment vérifier ceci"},
    [BUNDLE_W_VERIFY_LEAD] =
        {"With any machine’s own tools, in the folder of the bundle; both must succeed:",
         "Avec les outils de n’importe quelle machine, dans le dossier ; les deux doivent réussir :"},
    [BUNDLE_W_VERIFY_KEY] = {"public-key.pem must be the key of the installation: compare its fingerprint with the one "
                             "that you were given by another way. It is printed by:",
                             "public-key.pem doit être la clé de l’installation : comparez son empreinte à celle qui "
                             "vous a été donnée par un autre moyen. Elle s’affiche par :"},
    [BUNDLE_W_LIMITS] = {"What it proves, and what not", "Ce que cela prouve, et ce que cela ne prouve pas"},
    [BUNDLE_W_LIMIT_TIME] =
        {"The times are those of the machine that made it. No time-stamping authority has confirmed them.",
         "Les heures sont celles de la machine qui l’a établi. Aucune autorité d’horodatage ne les a confirmées."},
    [BUNDLE_W_LIMIT_LOG] =
        {"The signature shows that nothing was changed since the bundle was made. The audit log refuses to change or "
         "forget an entry, but its entries are not chained: who is root on the machine could have changed it before.",
         "La signature montre que rien n’a changé depuis que le dossier a été établi. Le journal refuse de changer ou "
         "d’oublier une entrée, mais ses entrées ne sont pas chaînées : qui est root sur la machine aurait pu le "
         "changer avant."},
    [BUNDLE_W_LIMIT_NAMES] = {"It names the people who decided. Give it to those who need it.",
                              "Il nomme les personnes qui ont décidé. Donnez-le à qui en a besoin."},
    [BUNDLE_W_WORDS_AS_RECORDED] = {"Reasons and what guards said are shown as they were recorded.",
                                    "Les raisons et les avis des garde-fous sont montrés tels qu’ils ont été "
                                    "consignés, en anglais pour ces derniers."},
};

struct named {
    const char *name;
    const char *words[BUNDLE_LANGUAGES_COUNT];
};

static const struct named acts[] = {
    {"apply", {"Applied a declared state", "État déclaré appliqué"}},
    {"ca.account", {"Made or updated the account at an authority", "Compte auprès d’une autorité créé ou mis à jour"}},
    {"ca.add", {"Added a certificate authority", "Autorité de certification ajoutée"}},
    {"ca.change", {"Changed a certificate authority", "Autorité de certification modifiée"}},
    {"ca.deactivate", {"Gave up the account at an authority", "Compte auprès d’une autorité abandonné"}},
    {"ca.remove", {"Removed a certificate authority", "Autorité de certification supprimée"}},
    {"ca.roll-key", {"Changed the key of the account at an authority", "Clé du compte auprès d’une autorité changée"}},
    {"certificate.backup", {"Put a certificate into the drawer", "Certificat de réserve déposé"}},
    {"certificate.export", {"Took a certificate away with its key", "Certificat emporté avec sa clé"}},
    {"certificate.obtain", {"Got a certificate", "Certificat obtenu"}},
    {"certificate.renew", {"Renewed the certificate", "Certificat renouvelé"}},
    {"certificate.request", {"Made a certificate request", "Demande de certificat créée"}},
    {"certificate.revoke", {"Had a certificate revoked", "Certificat révoqué"}},
    {"certificate.switch", {"Switched to the certificate in the drawer", "Passage au certificat de réserve"}},
    {"clock.confirm", {"Confirmed this machine’s clock", "Horloge de cette machine confirmée"}},
    {"dns.add", {"Gave access to a DNS zone", "Accès à une zone DNS donné"}},
    {"dns.remove", {"Took away the access to a DNS zone", "Accès à une zone DNS retiré"}},
    {"evidence.bundle", {"Made an evidence bundle", "Dossier de preuves établi"}},
    {"evidence.key", {"Made a key for evidence bundles", "Clé des dossiers de preuves créée"}},
    {"hsts.climb", {"Climbed", "Montée"}},
    {"hsts.free", {"Everybody is free: the field was taken away", "Tout le monde est libre : l’en-tête a été retiré"}},
    {"hsts.hold", {"Stayed on the rung", "Maintien sur l’échelon"}},
    {"hsts.include-subdomains-off", {"Left subdomains out", "Sous-domaines exclus"}},
    {"hsts.include-subdomains-on", {"Included subdomains", "Sous-domaines inclus"}},
    {"hsts.permanent", {"Made it permanent", "Rendu permanent"}},
    {"hsts.preload-off", {"Took “preload” out", "« preload » retiré"}},
    {"hsts.preload-on", {"Sent “preload”", "« preload » envoyé"}},
    {"hsts.release", {"Released browsers", "Navigateurs libérés"}},
    {"hsts.set", {"Brought to a declared state", "Amené à un état déclaré"}},
    {"hsts.start", {"Started", "Essai commencé"}},
    {"restore", {"Put a backup back", "Sauvegarde restaurée"}},
    {"root.declare",
     {"Declared a root of one’s own as known to all visitors", "Racine privée déclarée connue de tous les visiteurs"}},
    {"root.withdraw", {"Took the declaration of a root back", "Déclaration d’une racine privée retirée"}},
    {"settings.change", {"Changed the settings", "Réglages modifiés"}},
    {"site.add", {"Added the site", "Site ajouté"}},
    {"site.change", {"Changed the site", "Site modifié"}},
    {"site.remove", {"Removed the site", "Site supprimé"}},
    {"subdomains.add", {"Names below added", "Noms ajoutés sous le site"}},
    {"subdomains.except", {"Exception for a name below", "Exception pour un nom sous le site"}},
    {"subdomains.except-end", {"Exception for a name below ended", "Fin d’une exception pour un nom sous le site"}},
    {"subdomains.remove", {"Name below taken out", "Nom sous le site retiré"}},
    {"subdomains.sign-off", {"Name below signed off", "Nom sous le site approuvé"}},
    {"subdomains.sign-off-end", {"Sign-off of a name below taken back", "Approbation d’un nom sous le site retirée"}},
};

static const struct named causes[] = {
    {"unknown_ca",
     {"The client does not know who issued the certificate", "Le client ne connaît pas l’autorité du certificat"}},
    {"certificate_expired",
     {"The certificate had expired for the client", "Le certificat avait expiré pour le client"}},
    {"bad_certificate", {"The client found the certificate faulty", "Le client a trouvé le certificat défectueux"}},
    {"certificate_unknown", {"The client refused the certificate", "Le client a refusé le certificat"}},
    {"certificate_revoked", {"The certificate counts as revoked", "Le certificat est tenu pour révoqué"}},
    {"unsupported_certificate",
     {"The client cannot use this kind of certificate", "Le client ne sait pas utiliser ce type de certificat"}},
    {"no_certificate", {"The site has no certificate", "Le site n’a pas de certificat"}},
    {"version", {"No TLS version in common", "Aucune version de TLS en commun"}},
    {"cipher", {"No encryption in common", "Aucun chiffrement en commun"}},
    {"memory", {"The gateway was short of memory", "La passerelle manquait de mémoire"}},
    {"unknown_name", {"Asked for a name that no site has", "A demandé un nom qu’aucun site ne porte"}},
    {"no_name", {"Asked for no name", "N’a demandé aucun nom"}},
    {"plain_http", {"Spoke plain HTTP to the HTTPS port", "A parlé HTTP en clair sur le port HTTPS"}},
    {"client_alert", {"The client broke off", "Le client a interrompu"}},
    {"no_application_protocol", {"No protocol in common", "Aucun protocole en commun"}},
    {"closed", {"Gone in the middle", "Parti en cours de route"}},
    {"timeout", {"Took too long", "Trop long"}},
    {"protocol", {"No proper TLS", "Pas du TLS correct"}},
};

/* In descending order; what is no whole number of one is told in the next. */
static const struct {
    uint64_t size_s;
    const char *one[BUNDLE_LANGUAGES_COUNT], *many[BUNDLE_LANGUAGES_COUNT];
} units[] = {
    {31536000, {"year", "an"}, {"years", "ans"}},        {86400, {"day", "jour"}, {"days", "jours"}},
    {3600, {"hour", "heure"}, {"hours", "heures"}},      {60, {"minute", "minute"}, {"minutes", "minutes"}},
    {1, {"second", "seconde"}, {"seconds", "secondes"}},
};

const char *bundle_language_code(enum bundle_language language)
{
    return codes[language];
}

bool bundle_language_from(struct str code, enum bundle_language *ret)
{
    for (unsigned i = 0; i < BUNDLE_LANGUAGES_COUNT; i++)
        if (str_eq(code, str_from(codes[i]))) {
            *ret = (enum bundle_language)i;
            return true;
        }
    return false;
}

const char *bundle_word(enum bundle_language language, enum bundle_word word)
{
    return words[word][language];
}

static const char *find(const struct named *list, size_t count, enum bundle_language language, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(name, str_from(list[i].name)))
            return list[i].words[language];
    return NULL;
}

const char *bundle_act(enum bundle_language language, struct str act)
{
    return find(acts, sizeof acts / sizeof *acts, language, act);
}

const char *bundle_cause(enum bundle_language language, struct str cause)
{
    return find(causes, sizeof causes / sizeof *causes, language, cause);
}

void bundle_duration(enum bundle_language language, uint64_t max_age_s, struct buf *out)
{
    size_t i = 0;
    if (max_age_s == 0) {
        (void)buf_put_str(out, str_from(bundle_word(language, BUNDLE_W_OFF)));
        return;
    }
    while (max_age_s % units[i].size_s)
        i++;
    uint64_t count = max_age_s / units[i].size_s;
    (void)buf_put_u64(out, count);
    (void)buf_printf(out, " %s", count == 1 ? units[i].one[language] : units[i].many[language]);
}
