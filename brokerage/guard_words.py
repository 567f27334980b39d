"""The words a reason is honestly made of: names of services, roles and processes, and common words.

Two capitalised words that are both unknown here are taken for somebody's name, so a word that is
also a given name or a surname is not on the list by itself: it is in a phrase.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names of services, roles, processes and documents, word by word.
SERVICE_WORDS = _words("""
    access accommodation action additional admission admissions adolescent adoption adult adults
    advice advisor advisory adviser advocacy advocate advocates agencies agency ambulance
    antenatal apprenticeship area assessment assessments asylum attendance attachment audiology
    authority autism awareness bail behaviour behavioural bereavement board borough british breakfast
    brokerage bureau business call cancer cardiac care career careers carer carers case caseworker
    cease central centre centres chair chairs charity chief child childcare childhood childminder
    childrens children citizens city clerk clinic clinical clinician club coach code college
    commission commissioner commissioning committee common community complaints complex compliance
    conference confidential connexions constabulary consultant contact contextual continuing
    continuity coordinator coroner corporate council counselling counsellor county court crime
    criminal crisis crown custody data deaf deputy delivery dental dentist department designated
    development developmental diabetes dietetics dietician director directorate disabilities
    disability disabled district division domestic drug drugs duty early edge education
    educational elective eligibility emergency employment emotional engagement england english
    enquiries enquiry enforcement epilepsy equality evaluation exclusion exclusions exploitation
    extra extended fair families family father's federation female finance fire first form
    forensic forum foster fostering foundation framework fund funding further general genetic
    genetics governing government governor governors graded group guardian guardianship guidance
    harm harmful head headteacher health healthcare hearing heart help helpline high home homeless
    homelessness homes hospital hours housing hub hubs human identity immigration impairment
    improvement inclusion inclusive income independent index infant information initial initiative
    injury inpatient inspector inspectorate instructor integrated intake intelligence intensive
    intervention interventions interpreter investigation judicial junior jobcentre justice key kinship
    kingdom language lead leader leads learner learning leave leaver leavers leaving legal
    lettings liaison library licensing link listening local locality looked looked-after magistrates
    maintenance management manager managers mandatory maternity mediation medical meeting member
    mental mentor mentoring midwife midwifery midwives military ministry missing mobile modern
    monitoring multi multi-agency multi-disciplinary multidisciplinary named national navigator
    needs neglect neonatal network neurology neurodevelopmental neurodiversity newborn night notice
    notification nurse nursery nurses nursing nutrition obesity occupational offending offender
    offenders offer office officer officers online operations opticians order orders orthopaedic
    orthoptics outreach out-of-hours outpatient paediatric paediatrician paediatrics palliative panel
    parent parental parenting parents partner partners partnership partnerships passport pastoral
    pathway patient pediatric penalty perinatal permanence permanency personal personnel
    pharmacy physical physiotherapist physiotherapy placement placements plan planning plans play
    police policy portage post practice practitioner pre-birth pre-school preschool pregnancy
    preparation prevent prevention preventative primary prison private probation procedure
    proceedings process programme project prosecution protect protected protection protocol
    provider provision psychiatrist psychiatry psychological psychologist psychology psychotherapist
    psychotherapy public pupil pupils purpose quality recovery records reducing referral referrals
    refugee refugees regional register registered registrar registration rehabilitation relations
    relationship relationships resettlement residential resilience resource resources respite
    response restorative resuscitation return reunification review reviewing reviews rights risk
    road safe safeguarding safer safety sanctuary scheme screening secondary section secure
    security senior sensory serious service services settlement sexual shielding shielding-request
    short sibling single sixth smoking social society solicitor solicitors special specialist
    specialists specified speech sport sports staff stage standards state statement statementing
    statutory stay stopping strategic strategy strengthening student substance supervised
    supervising supervision supervisor supervisory support supporting surgery surgical
    surveillance system tariff task taskforce teacher teachers teaching team teams teenage tenancy
    therapeutic therapies therapist therapy threshold together trafficking training transfer
    transition transitions transport travel travellers traveller treatment triage tribunal trust
    tuition tutor twilight unaccompanied unit universal university urgent user vaccination
    victim victims violence virtual vision visitor visitors visiting visual voice voluntary
    volunteer vulnerable ward wardens warning welfare wellbeing well-being witness women's women
    work worker workers workforce working wraparound young youth
    nhs ofsted cafcass barnardo's barnardos nspcc relate shelter refuge samaritans childline
    national-referral relocation reablement kooth mind action-for-children spurgeons
    iw integrated shield
    lead-professional responsible foi gdpr dpa
""")

# Words that begin sentences, or that people capitalise for weight; none of them is a name.
COMMON_WORDS = _words("""
    a about above act acts actual after again agreed all already also although always am an and
    annual another any anyone appointment appointments are as ask asked asking at available
    attending awaiting back based be because been before being best between both but by can
    cannot christmas confirm confirmation could current currently date day days decision decisions
    did discuss do documents does doing due during each either email end ensure even every
    everything few following for from full given good had half has have he her here him his how however
    i if immediate immediately important in into involved is it item its just know last later
    let letter level list long made make many may me monthly more most much must my need
    needed new next no not nothing now number of off old on once one only open or other our out
    outcome outside over own part per phone plus please possible previous prior priority
    professional professionals question questions quite reason reasons received recent recently
    regarding regular relating report reports request requested requests required requires same
    school schools see send sent set several shall she should since so some someone soon stop
    such take than thank thanks that the their them then there these they this those though
    three through to today tomorrow too two under until up update updated urgently us use very
    via was we week weekly weeks were what when where whether which while who whose why will
    with within without working would year years yes yet you your yours our ours who whom
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri
    january february march april june july august september october november december
    spring summer autumn winter easter term morning afternoon evening reception
    half-term bank holiday government children's people person persons adults minor minors
    hello hi dear regards kind note notes nb ps ref re subject purpose summary background
    north south east west northern southern eastern western greater upper lower central royal
    british england english wales welsh scotland scottish ireland irish uk united kingdom
    london europe european home-office
""")

# What is known only as a phrase, because a word of it could be somebody's name.
PHRASES = tuple(
    sorted(
        (phrase.strip() for phrase in """
    young carers, young carer, young people, young person, young person's advisor, young women,
    young men, youth justice, early help, family hub, family hubs, early years, sure start,
    home start, home-start, strengthening families, troubled families, supporting families,
    child in need, children in need, child looked after, children looked after, looked after children,
    key stage, local offer, working together, think family, turning point, change grow live,
    police and crime, crown prosecution service, great ormond street, ormond street,
    alder hey, women's aid, victim support, action for children, save the children,
    the children's society, citizens advice, job centre plus, jobcentre plus, marie curie,
    macmillan cancer support, st john ambulance, red cross, salvation army, signs of safety,
    graded care profile, operation encompass, claire's law, clare's law,
    sarah's law, gillick competence, fraser guidelines, gillick competency, fraser competence,
    duke of edinburgh, prince's trust, princes trust, king's trust, mental health, may half term,
    national probation service, the national referral mechanism, single point of access,
    front door, cloud nine, edge of care, team around the family, team around the child,
    team around the school, liquid logic, liquidlogic, system one, systmone, mosaic, rio,
    data protection act, children act, care act, education act, equality act, freedom of information,
    human rights act, housing act, immigration act, mental capacity act, mental health act,
    domestic abuse act, crime and disorder act, family law act, adoption and children act,
    children and social work act, children and families act, public law outline, caldicott guardian,
    caldicott, hague convention, brussels, prevent duty, channel panel, deputy head, head of year,
    head of service, head teacher, form tutor, hate crime, modern slavery, county lines,
    """.split(",") if phrase.strip()),
        key=len,
        reverse=True,
    )
)  # fmt: skip

# Short names written in capitals.
ACRONYMS = _words(
    """
    aba abe act add adhd afc ahp aim alc amhp anc ap apt ari asap asb asc asd asf asq asye atm
    aya basw bame bfi bme bsl bst cab caf cafcass camhs car cas cbt cc ccg cce cdop ce cfa cic cin
    cla clda cme cms cmht com con cp cpa cpc cpi cpn cpp cps cqc cras crc cse csa cso csp csppi
    cswp csc ct cya cyp cypmhs cyps da daf dash dbs dcr dept dfe dhsc di dla dna do dol dols dp
    dpa dpia dr dsl dso dsg dst dv dva dwp eal eb ebsa edt ehc ehcna ehcp eha ehm ehw elsa emdr emt
    ent eoc ep epo eps esa eta eu ewo eyfs ey eyp faq faqs fas fasd fco fco fft fga fgc fgm fii fnp
    foi fp fs fsm fss fsw fte ft gcse gdpr gmc gp gps ha hbv hcpc he hmcts hmp hmrc hr hv ht ib
    ic icb icbs icpc icr ico ics idva ie ihp iqa iro irts isa isva isvas iswa it iw kcsie ks
    la laa lac lado las lea lgbt lgbtq lpa lscb lscp maca macs mapp mappa marac mash masa mat mca mdt
    mh mhst mhsts midas mind miu mod mod mot mp msp na nai nb nct nda neet nfa nhs nice nida nmc
    npcc nqt nrm nrpf nspcc nvr oap oct ofsted ons oob ooh osce oss ot ota pa pac pals pas pbs pc pcso
    pda pdf pdp pe pep peps pex pfa pgl phe phn phse pimhs pip plo pm pmld pms pnd po poc pp
    ppg ppi ppn pps pru prus ps psa pshe ptsd pvi pwp qa qts rag rcpc rcpch re rnli ros rpc rshe
    rsl rso sa salt saos sar sarc sats scp scr sct sdq seg seh semh sen senco sencos send sendco
    sendias sendiass sendist sge sgo slcn slt smart smt snap spa spoc sro ssa ssp ss std sti
    sw sws tac taf tas tat tau tbc tbd tef uasc uc ue uk ukvi uvf vat vcs vawg via vi vrp vru
    wash wmp wtsc yjb yjs ymca yo yos yot yp ypas ywca
""".lower()
)

# Three letters that follow a number and its letter in ordinary text: not a number plate.
SHORT_WORDS = ACRONYMS | _words("""
    act add age ago aid all and any are arm art ask ate bad bag ban bar bed bet big bit box boy
    bus but buy can cap car cot cry cup cut dad day did die dog dry due dye ear eat egg end era
    eve eye fan far fed fee few fit fix fly for fun gap get got gun had has hat her hid him his
    hit hot how hrs ice ill its job kid lad law lay led leg let lie log lot low mad man map may
    men met min mix mum net new nil nor not now odd off oil old one our out own pay per plan put
    ran raw red rid rob row run sad sat saw say sea see set sex she sir sit six six sky son sum
    sun tax tea ten the tie tip too top toy try two use van via war was way wet who why win won
    wks yes yet you yrs hrs mth min mins mon tue wed thu fri sat sun jan feb mar apr jun jul aug
    sep oct nov dec team boys max ish ask pts pcm gbp
    am an as at be by do go he if in is it me my no of on or so to up us we ok yr wk pm hr
""")

# Words after which a place is meant, and heads of the names of services, which may hold any word.
PLACE_WORDS = _words("""
    school schools surgery nursery refuge academy primary infants junior juniors college preschool
    pre-school playgroup kindergarten creche hostel hospice childminder's
""")
HEADS = _words("""
    council constabulary police trust authority borough county city district mash camhs lado court
    ofsted team teams service services hub hubs partnership board nhs ambulance fire hospital
    university society association federation foundation charity project centre clinic unit icb ccg
    infirmary office panel tribunal programme scheme network forum group department directorate
    housing homes
""")
TITLES = _words("""
    mr mrs ms miss mx dr doctor prof professor sir lady lord dame rev revd reverend father sister
    brother mother imam rabbi aunt auntie aunty uncle nan nana nanny gran granny grandma grandad
    grandpa pc dc ds di pcso sgt sergeant constable detective inspector cllr councillor judge justice
    pastor canon sheikh
""")
# Titles nobody writes for anything else: small letters are enough.
SURE_TITLES = _words("mr mrs ms mx dr cllr")

POSTCODE_AREAS = _words("""
    ab al b ba bb bd bf bh bl bn br bs bt bx ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy
    e ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll
    ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn
    so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze
""")
# Written like an outward postcode: sections of Acts, levels, vitamins.
NOT_OUTWARD = _words("""
    s7 s8 s10 s11 s17 s20 s21 s22 s23 s24 s25 s26 s31 s33 s34 s35 s36 s37 s38 s42 s43 s44 s46 s47
    s50 s76 s85 s86 s117 s135 s136 s175 s157 co2 l1 l2 l3 l4 l5 l6 b12 e2 g4 g7 m1 n1 w1 w2
""")

STREETS = _words("street road avenue lane crescent terrace mews boulevard rd ave gdns cres")
# Also ordinary words: written small, fewer of them are taken for a street.
STREETS_PERHAPS = _words("""
    st ln dr cl ct pl sq gr drive close way court place gardens grove hill square row walk park
    parade green rise view vale croft end gate wharf quay mount meadow meadows fields villas
    cottages buildings house heights bank broadway
""")
STREETS_WRITTEN_SMALL = _words("""
    drive close court grove hill gardens rise walk square green row st ln dr cl ct pl sq gr
""")
# Words that are in no street's name, however it is written.
NO_STREET_NAME = _words("""
    a about across after again all along an and any are as ask at be because been before below
    between both but by can children could days did do does down during each for from had has have
    he her his how hours i if in into is it its me minutes more months my need needs not now of off
    on onto or other our out outside over per she should so some than that their them then there
    these they this those to too under until up us via was we weeks were when where which while who
    will with within without would years yet you your
""")
# Nor in one written small whose last word is also an ordinary word: "6 week court", "3 way close".
NO_SMALL_STREET_NAME = NO_STREET_NAME | _words("""
    appointment appointments call calls care child clock daily day ends family few final first full
    further good hearing hearings hour key last later legal long meeting meetings mile miles min mins minute month new next one people person
    possible professionals pupil pupils same school second separate session sessions sibling
    siblings six staff stage still supreme term the third three time times two visit visits way ways
    week working workers year youth service services team teams please agencies agency lead
""")
COURTS = _words("family county high crown magistrates youth supreme appeal")
# A number before a street that counts something else: "Year 6 Park View".
COUNTED = _words("""
    year yr years stage ks section s key week weeks tier level band step part page phase class room
    ward team group form module day days term schedule regulation paragraph article chapter
    grade set zone
""")

DIGIT_WORDS = _words(
    "zero oh o nought naught one two three four five six seven eight nine double triple"
)
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen"
)
