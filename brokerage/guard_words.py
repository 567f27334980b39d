"""The words a reason is honestly made of: names of services, roles and processes, and common words.

Two capitalised words that are both unknown here are taken for somebody's name, so a word that is
also a given name or a surname is not on the list by itself: it is in a phrase.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    """The longest first, so that a phrase is found before one that begins it."""
    parts = " ".join(text.split()).split(", ")
    return tuple(sorted(parts, key=len, reverse=True))


# Names of services, roles, processes and documents, word by word.
SERVICE_WORDS = _words("""
    access accommodation action action-for-children additional admission admissions adolescent
    adoption adult adults advice adviser advisor advisory advocacy advocate advocates agencies
    agency agreement ambulance antenatal apprenticeship area assessment assessments assistant
    asylum attachment attendance audiology authority autism awareness bail barnardo's barnardos
    behaviour behavioural bereavement board borough breakfast british brokerage bureau business
    cafcass call cancer cardiac care career careers carer carers case caseworker cease central
    centre centres chair chairs charity chief child childcare childhood childline childminder
    children childrens citizens city clerk clinic clinical clinician club coach code college
    commission commissioner commissioning committee common community complaints complex
    compliance conference confidential connexions constabulary consultant contact contextual
    continuing continuity conversation coordinator coroner corporate council counselling
    counsellor county court crime criminal crisis crown custody data deaf delivery dental
    dentist department deputy designated development developmental diabetes dietetics dietician
    director directorate disabilities disability disabled district division document domestic
    dpa draft drop-in drug drugs duty early edge education educational elective eligibility
    emergency emotional employment enforcement engagement england english enquiries enquiry
    epilepsy equality evaluation exclusion exclusions exploitation extended extra fair families
    family father's federation female finance fire first foi forensic form forum foster
    fostering foundation framework fund funding further gdpr general genetic genetics governing
    government governor governors graded group guardian guardianship guidance handover harm
    harmful head headteacher health healthcare hearing heart help helpline high home homeless
    homelessness homes hospital hours housing hub hubs human identity immigration impairment
    improvement inclusion inclusive income independent index induction infant information
    initial initiative injury inpatient inspector inspectorate instructor intake integrated
    intelligence intensive interpreter intervention interventions investigation iw jobcentre
    judicial junior justice key kingdom kinship kooth language lead lead-professional leader
    leads learner learning leave leaver leavers leaving legal lettings liaison library
    licensing link listening local locality looked looked-after magistrates maintenance
    management manager managers mandatory maternity mediation medical meeting member mental
    mentor mentoring midwife midwifery midwives military mind ministry missing mobile modern
    monitoring multi multi-agency multi-disciplinary multidisciplinary named national
    national-referral navigator needs neglect neonatal network neurodevelopmental
    neurodiversity neurology newborn nhs night notice notification nspcc nurse nursery nurses
    nursing nurture nutrition obesity occupational offender offenders offending offer office
    officer officers ofsted online operations opticians order orders orthopaedic orthoptics
    out-of-hours outpatient outreach paediatric paediatrician paediatrics page palliative panel
    parent parental parenting parents partner partners partnership partnerships passport
    pastoral pathway patient pediatric penalty perinatal permanence permanency personal
    personnel pharmacy physical physiotherapist physiotherapy placement placements plan
    planning plans play police policy portage post practice practitioner pre-birth pre-school
    pregnancy preparation preschool prevent preventative prevention primary prison private
    probation procedure proceedings process profile programme project prosecution protect
    protected protection protocol provider provision psychiatrist psychiatry psychological
    psychologist psychology psychotherapist psychotherapy public pupil pupils purpose quality
    reablement record records recovery reducing referral referrals refuge refugee refugees
    regional register registered registrar registration rehabilitation relate relations
    relationship relationships relocation resettlement residential resilience resource
    resources respite response responsible restorative resuscitation return reunification
    review reviewing reviews rights risk road safe safeguarding safer safety samaritans
    sanctuary scheme screening secondary section secure security senior sensory serious service
    services settlement sexual sharing shelter shield shielding shielding-request short sibling
    single sixth smoking social society solicitor solicitors special specialist specialists
    specified speech sport sports spurgeons staff stage standards state statement statementing
    statutory stay stopping strategic strategy strengthening student substance summary
    supervised supervising supervision supervisor supervisory support supporting surgery
    surgical surveillance system tariff task taskforce teacher teachers teaching team teams
    teenage tenancy therapeutic therapies therapist therapy threshold timetable together
    toolkit tracker trafficking training transfer transition transitions transport travel
    traveller travellers treatment triage tribunal trust tuition tutor twilight unaccompanied
    unit universal university urgent user vaccination victim victims violence virtual vision
    visiting visitor visitors visual voice voluntary volunteer vulnerable ward wardens warning
    welfare well-being wellbeing witness women women's work worker workers workforce working
    workshop wraparound written young youth
""")

# Words that begin sentences, or that people capitalise for weight; none of them is a name.
COMMON_WORDS = _words("""
    a about above act acts actual adults after afternoon again agreed all already also although
    always am an and annual another any anyone appointment appointments apr april are as ask
    asked asking at attending aug august autumn available awaiting back background bank based
    be because been before being best between both british but by can cannot central children's
    christmas confirm confirmation could current currently date day days dear dec december
    decision decisions did discuss do documents does doing due during each east easter eastern
    either email end england english ensure europe european even evening every everything feb
    february few following for fri friday from full given good government greater had half
    half-term has have he hello her here hi him his holiday home-office how however i if
    immediate immediately important in into involved ireland irish is it item its jan january
    jul july jun june just kind kingdom know last later let letter level list london long lower
    made make many mar march may me minor minors mon monday monthly more morning most much must
    my nb need needed new next no north northern not note notes nothing nov november now number
    oct october of off old on once one only open or other our ours out outcome outside over own
    part people per person persons phone please plus possible previous prior priority
    professional professionals ps purpose question questions quite re reason reasons received
    recent recently reception ref regarding regards regular relating report reports request
    requested requests required requires round royal same sat saturday school schools scotland
    scottish see semantics send sent sep sept september set several shall she should since so
    some someone soon sorry south southern spring stop subject such summary summer sun sunday
    take term than thank thanks that the their them then there these they this those though
    three through thu thur thurs thursday to today tomorrow too tue tues tuesday two uk under
    united until up update updated upper urgently us use very via wales was we wed wednesday
    week weekly weeks welsh were west western what when where whether which while who whom
    whose why will winter with within without working would year years yes yet you your yours
""")

# What is known only as a phrase, because a word of it could be somebody's name.
PHRASES = _phrases("""
    free school meals, gypsy roma traveller, newly qualified, practice educator,
    action for children, adoption and children act, alder hey, attention autism, boxall
    profile, brussels, caldicott, caldicott guardian, care act, change grow live, channel
    panel, child in need, child looked after, children act, children and families act,
    children and social work act, children in need, children looked after, citizens advice,
    claire's law, clare's law, cloud nine, colourful semantics, county lines, crime and
    disorder act, crown prosecution service, data protection act, deputy head, domestic abuse
    act, duke of edinburgh, early help, early years, edge of care, education act, elklan,
    equality act, family hub, family hubs, family law act, forest school, form tutor, fraser
    competence, fraser guidelines, freedom of information, front door, gillick competence,
    gillick competency, graded care profile, great ormond street, hague convention, hate
    crime, head of service, head of year, head teacher, home start, home-start, housing act,
    human rights act, immigration act, job centre plus, jobcentre plus, key stage, king's
    trust, lego therapy, liquid logic, liquidlogic, local offer, looked after children,
    macmillan cancer support, makaton, marie curie, may half term, mental capacity act, mental
    health, mental health act, modern slavery, mosaic, national probation service, operation
    encompass, ormond street, police and crime, prevent duty, prince's trust, princes trust,
    public law outline, red cross, rio, round robin, salvation army, sarah's law, save the
    children, signs of safety, single point of access, social stories, st john ambulance,
    strengthening families, supporting families, sure start, system one, systmone, team around
    the child, team around the family, team around the school, the children's society, the
    national referral mechanism, think family, troubled families, turning point, victim
    support, wellcomm, women's aid, working together, young carer, young carers, young men,
    young people, young person, young person's advisor, young women, youth justice, zones of
    regulation
""")

# Short names written in capitals.
ACRONYMS = _words("""
    aba abe act aka add adhd afc ahp aim alc amhp anc ap apt ari asap asb asc asd asf asq asye atm
    aya bame basw bfi bme bsl bst cab caf cafcass camhs car cas cbt cc cce ccg cdop ce cfa cic
    cin cla clda cme cmht cms com con cp cpa cpc cpi cpn cpp cps cqc cras crc csa csc cse cso
    csp csppi cswp ct cya cyp cypmhs cyps da daf dash dbs dcr dept dfe dhsc di dla dna do dol
    dols dp dpa dpia dr dsg dsl dso dst dv dva dwp eal eb ebsa edt eha ehc ehcna ehcp ehm ehw
    elsa emdr emt ent eoc ep epo eps esa eta eu ewo ey eyfs eyp faq faqs fas fasd fco fft fga
    fgc fgm fii fnp foi fp fs fsm fss fsw ft fte gcse gdpr gmc gp gps ha hbv hcpc he hmcts hmp
    hmrc hr ht hv ib ic icb icbs ico icpc icr ics idva ie ihp iqa iro irts isa isva isvas iswa
    it iw kcsie ks la laa lac lado las lea lgbt lgbtq lpa lscb lscp maca macs mapp mappa marac
    masa mash mat mca mdt mh mhst mhsts midas mind miu mod mot mp msp na nai nb nct nda neet
    nfa nhs nice nida nmc npcc nqt nrm nrpf nspcc nvr oap oct ofsted ons oob ooh osce oss ot
    ota pa pac pals pas pbs pc pcso pda pdf pdp pe pecs pep peps pex pfa pgl phe phn phse pimhs
    pip plo pm pmld pms pnd po poc pp ppg ppi ppn pps pru prus ps psa pshe ptsd pvi pwp qa qts
    rag rcpc rcpch re rnli ros rpc rshe rsl rso sa salt saos sar sarc sats scerts scp scr sct
    sdq seg seh semh sen senco sencos send sendco sendias sendiass sendist sge sgo slcn slt
    smart smt snap spa spoc sro ss ssa ssp std sti sw sws tac taf tas tat tau tbc tbd teacch
    tef uasc uc ue uk ukvi uvf vat vawg vcs vi via vrp vru wash wmp wtsc yjb yjs ymca yo yos
    yot yp ypas ywca
""")

# Three letters that follow a number and its letter in ordinary text: not a number plate.
SHORT_WORDS = ACRONYMS | _words("""
    act add age ago aid all am an and any apr are arm art as ask at ate aug bad bag ban bar be
    bed bet big bit box boy boys bus but buy by can cap car cot cry cup cut dad day dec did die
    do dog dry due dye ear eat egg end era eve eye fan far feb fed fee few fit fix fly for fri
    fun gap gbp get go got gun had has hat he her hid him his hit hot how hr hrs ice if ill in
    is ish it its jan job jul jun kid lad law lay led leg let lie log lot low mad man map mar
    max may me men met min mins mix mon mth mum my net new nil no nor not nov now oct odd of
    off oil ok old on one or our out own pay pcm per plan pm pts put ran raw red rid rob row
    run sad sat saw say sea see sep set sex she sir sit six sky so son sum sun tax tea team ten
    the thu tie tip to too top toy try tue two up us use van via war was way we wed wet who why
    win wk wks won yes yet you yr yrs
""")

# Words after which a place is meant, and heads of the names of services, which may hold any word.
# After these a single letter is no initial: "Section F", "Child A".
LETTERED = _words("""
    appendix annex band child class form grade group hepatitis level option page parent part plan
    schedule section sibling team tier type vitamin year
""")
PLACE_WORDS = _words("""
    academy childminder's college creche hospice hostel infants junior juniors kindergarten
    nursery playgroup pre-school preschool primary refuge school schools surgery
""")
HEADS = _words("""
    ambulance association authority board borough camhs ccg centre charity city clinic
    constabulary council county court department directorate district federation fire forum
    foundation group homes hospital housing hub hubs icb infirmary lado mash network nhs office
    ofsted panel partnership police programme project scheme service services society team
    teams tribunal trust unit university
""")
TITLES = _words("""
    aunt auntie aunty brother canon cllr constable councillor dame dc detective di doctor dr ds
    father gp gran grandad grandma grandpa granny headteacher imam inspector judge justice lady
    lord matron midwife miss mother mr mrs ms mx nan nana nanny nurse pastor pc pcso prof professor
    rabbi rev revd reverend sergeant sgt sheikh sir sister teacher uncle visitor worker
""")
# Titles nobody writes for anything else: small letters are enough.
SURE_TITLES = _words("mr mrs ms mx dr cllr")

POSTCODE_AREAS = _words("""
    ab al b ba bb bd bf bh bl bn br bs bt bx ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn
    dt dy e ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l
    la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa
    se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv
    yo ze
""")
# Written like an outward postcode: sections of Acts, levels, vitamins.
NOT_OUTWARD = _words("""
    b12 co2 e2 g4 g7 l1 l2 l3 l4 l5 l6 m1 n1 s10 s11 s117 s135 s136 s157 s17 s175 s20 s21 s22
    s23 s24 s25 s26 s31 s33 s34 s35 s36 s37 s38 s42 s43 s44 s46 s47 s50 s7 s76 s8 s85 s86 w1 w2
""")

STREETS = _words("street road avenue lane crescent terrace mews boulevard rd ave gdns cres")
# Also ordinary words: written small, fewer of them are taken for a street.
STREETS_PERHAPS = _words("""
    bank broadway buildings cl close cottages court croft ct dr drive end fields gardens gate
    gr green grove heights hill house ln meadow meadows mount parade park pl place quay rise
    row sq square st vale view villas walk way wharf yard
""")
STREETS_WRITTEN_SMALL = _words("""
    cl close court ct dr drive gardens gr green grove hill ln pl rise row sq square st walk yard
""")
# After "the" and a house number: "8 the Green".
STREETS_AFTER_THE = _words("green grove mount parade quay square wharf")
# What a house is called in place of a street: "14, the old bakery".
HOUSES = _words("""
    bakery barn brewery bungalow chapel cottage cottages dairy farm farmhouse forge gatehouse
    granary lodge maltings manor mill oasthouse parsonage presbytery rectory schoolhouse stables
    vicarage
""")
# Words that are in no street's name, however it is written.
NO_STREET_NAME = _words("""
    a about across after again all along an and any are as ask at be because been before below
    between both but by can children could days did do does down during each for from had has
    have he her his hours how i if in into is it its me minutes months more my need needs not
    now of off on onto or other our out outside over per she should so some than that their
    them then there these they this those to too under until up us via was we weeks were when
    where which while who will with within without would years yet you your
""")
# Nor in one written small whose last word is also an ordinary word: "6 week court", "3 way close".
NO_SMALL_STREET_NAME = NO_STREET_NAME | _words("""
    agencies agency appointment appointments call calls care child clock daily day ends family
    few final first full further good hearing hearings hour key last later lead legal long
    meeting meetings mile miles min mins minute month new next one people person please
    possible professionals pupil pupils same school second separate service services session
    sessions sibling siblings six staff stage still supreme team teams term the third three
    time times two visit visits way ways week workers working year youth
""")
COURTS = _words("family county high crown magistrates youth supreme appeal")
# A number before a street that counts something else: "Year 6 Park View".
COUNTED = _words("""
    article band chapter class day days form grade group key ks level module page paragraph
    part phase regulation room s schedule section set stage step team term tier ward week weeks
    year years yr zone
""")

# Somebody's relatives and whoever else is spoken of by a given name alone: "mother Amina".
RELATIVES = _words("""
    aunt auntie aunty boy brother carer child cousin dad daddy daughter father friend gran grandad
    grandma grandpa girl grandfather grandmother granny husband mom mother mum mummy nan nana
    nephew niece parent partner pupil sibling sister son stepdad stepfather stepmother stepmum
    student twin uncle wife
""")
# A lone capitalised word after one of these may be a name.
LEADING_TO_NAME = RELATIVES | _words("""
    about and born called for forename formerly initials is name named nickname now previously re
    renamed surname uses was with
""")
# Beside a network's name, and no name there: "WhatsApp group".
NO_ACCOUNT = _words("""
    account accounts admin app apps bullying call calls chat chats contact content covid
    decision feed filter friend friends group groups image images live login message messages
    online page pages parent parents password phone photo photos post posted posts profile
    profiles safe settings social stories story text texts video videos
""")
DIGIT_WORDS = _words(
    "zero oh o nought naught one two three four five six seven eight nine hundred double triple"
)
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen"
)
