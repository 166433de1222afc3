"""The words for the first firm: its people, its clients, its types of case."""

FIRM = "Ashdown & Vale Financial Planning"
SECOND_FIRM = "Harbour Lane Wealth"

# first name, last name, role, may write, may delete, group numbers
STAFF: tuple[tuple[str, str, str, bool, bool, tuple[int, ...]], ...] = (
    ("Priya", "Shah", "owner", True, True, (0, 1, 2, 3, 4)),
    ("Leah", "Morgan", "admin", True, True, (0, 4)),
    ("Yusuf", "Khan", "admin", True, True, (0, 2)),
    ("Tom", "Evans", "member", True, True, (1,)),
    ("Grace", "Owen", "member", True, True, (0, 3)),
    ("Marta", "Nowak", "member", True, True, (4,)),
    ("Hannah", "Whitlock", "admin", True, True, (2, 3)),
    ("Callum", "Reid", "member", True, False, (1, 4)),
    ("Mei", "Chen", "member", True, True, (0, 4)),
    ("Daniel", "Okafor", "member", True, True, (4,)),
    ("Rhiannon", "Pugh", "member", True, True, (3,)),
    ("Val", "Price", "member", False, False, (0, 1, 2, 3, 4)),
)
# Added after all others, so that what was picked at random before them stays the same.
NEWCOMERS: tuple[tuple[str, str, str, bool, bool, tuple[int, ...]], ...] = (
    ("Alice", "Archer", "owner", True, True, (0, 1, 2, 3, 4)),
    ("Bob", "Bailey", "member", True, False, (0, 2)),
)
ADVISERS = ("Priya", "Leah", "Yusuf", "Tom", "Grace", "Hannah")
SUPPORT = ("Marta", "Mei", "Daniel", "Callum", "Rhiannon")
TWO_FIRMS = "Daniel"
OWNER = "Priya"

GROUPS = (
    "Retirement planning",
    "Mortgages and protection",
    "Investments",
    "Cardiff office",
    "Paraplanning",
)

# name, colour, share of all cases, completed
STATUSES: tuple[tuple[str, str, float, bool], ...] = (
    ("New enquiry", "#3B82C4", 0.07, False),
    ("Fact find", "#7A5CC2", 0.12, False),
    ("Research", "#C2569B", 0.08, False),
    ("Report writing", "#D9822B", 0.10, False),
    ("Presented", "#B8A12C", 0.05, False),
    ("Awaiting provider", "#2A9D8F", 0.13, False),
    ("Completed", "#23852B", 0.45, True),
)

TAGS = (
    ("VIP", "#B8860B"),
    ("Vulnerable", "#B4233C"),
    ("Chase", "#D9822B"),
    ("Letter of authority out", "#3B82C4"),
    ("Ethical preference", "#23852B"),
    ("Joint review", "#7A5CC2"),
)

# kind, share, value in pounds from and to, group number
TYPES: tuple[tuple[str, float, int, int, int], ...] = (
    ("Annual review", 0.34, 450, 6_500, 0),
    ("Pension transfer", 0.17, 1_800, 24_000, 0),
    ("ISA transfer", 0.12, 350, 4_200, 2),
    ("Mortgage", 0.14, 495, 3_600, 1),
    ("Protection", 0.10, 280, 2_900, 1),
    ("Investment bond", 0.07, 1_500, 19_000, 2),
    ("Inheritance tax", 0.06, 2_400, 38_000, 0),
)

# {year} is a tax year, {name} a surname, {a} and {b} providers, {month} a month
TITLES: dict[str, tuple[str, ...]] = {
    "Annual review": (
        "Annual review {year}",
        "Annual review {year}",
        "{name} annual review {year}",
        "Annual review and withdrawal plan {year}",
        "Annual review, risk profile to be redone",
        "First review after retirement",
        "{name} portfolio review and rebalance",
    ),
    "Pension transfer": (
        "Transfer of {a} and {b} pensions to SIPP",
        "{a} pension transfer to {b}",
        "Consolidate four old workplace pensions",
        "{name} drawdown set-up, {a}",
        "Pension sharing order after divorce",
        "Retirement at 60, tax-free cash and drawdown",
        "Carry forward contribution before 5 April",
    ),
    "ISA transfer": (
        "{a} ISA transfer to {b}",
        "ISA allowance {year}, both partners",
        "Cash ISA to stocks and shares ISA",
        "Bed and ISA {year}",
        "{name} Junior ISAs for two children",
    ),
    "Mortgage": (
        "Remortgage, fixed rate ends in {month}",
        "First-time buyer, agreement in principle",
        "Remortgage, fixed rate ends in {month}",
        "{name} buy-to-let portfolio remortgage",
        "Further advance for loft conversion",
        "House move, port the {a} mortgage",
        "Later-life lending, interest-only term ends",
    ),
    "Protection": (
        "Life and critical illness cover, new baby",
        "Income protection for self-employed dentist",
        "Relevant life policy for {name} directors",
        "Family income benefit review",
        "Put {a} whole-of-life plan into trust",
        "Key person cover, renewal in {month}",
    ),
    "Investment bond": (
        "{a} onshore bond top-up",
        "Bond segment surrender for school fees",
        "{name} offshore bond, assign to daughter",
        "Invest sale proceeds of business",
        "{a} bond, 5 % withdrawal review",
    ),
    "Inheritance tax": (
        "Inheritance tax plan and gifting",
        "Discounted gift trust with {a}",
        "{name} estate review after bereavement",
        "Loan trust for grandchildren",
        "Business relief portfolio, {a}",
    ),
    "": (
        "General enquiry from website",
        "Call back about pension letter",
        "{name} referral from accountant",
        "Second opinion on existing portfolio",
        "Power of attorney registered, update records",
    ),
}

# Some titles are longer or not in English: title, type, surnames that fit.
RARE_TITLES: tuple[tuple[str, str, str], ...] = (
    (
        "Adolygiad blynyddol a chynllun ymddeol (annual review, in Welsh at the client’s request)",
        "Annual review",
        "Llewellyn Prosser Bevan Gwynne Maddox Cadwallader Vaughan Pritchard",
    ),
    ("Przegląd ubezpieczenia na życie dla całej rodziny", "Protection", "Wiśniewski Kowalski Zielinski"),
    ("مراجعة خطة التقاعد السنوية", "Annual review", "العمري"),
    ("年度審查與退休計劃", "Annual review", "陳"),
    ("Annual review 🎉 first year with us", "Annual review", ""),
    (
        "Consolidation of six legacy personal pensions (two with guaranteed annuity rates, one with-profits "
        "fund with a market value reduction) into a single flexi-access drawdown plan, including replacement "
        "analysis and cash-flow model for both partners to age 95",
        "Pension transfer",
        "",
    ),
    (
        "Estate plan for three generations: discretionary will trusts, pension nominations, whole-of-life cover "
        "in trust and a gifting programme from surplus income",
        "Inheritance tax",
        "",
    ),
)

PROVIDERS = (
    "Aviva",
    "Royal London",
    "Scottish Widows",
    "Standard Life",
    "Legal & General",
    "Aegon",
    "Prudential",
    "Quilter",
    "Fidelity",
    "AJ Bell",
    "LV=",
    "Canada Life",
    "Nationwide",
    "Zurich",
    "Phoenix Life",
)
PLAN_KINDS = ("Personal pension", "SIPP", "Stocks and shares ISA", "Onshore bond", "Term assurance", "Mortgage")
MONTHS = ("January", "March", "April", "June", "July", "September", "October", "November")

# Share of the households, and the first names and surnames that fit together.
HERITAGES: tuple[tuple[float, str, str], ...] = (
    (
        0.56,
        "Alan Judith Margaret Peter Susan Keith Barbara Robert Christine Michael Elaine Stephen Gillian Andrew "
        "Caroline Paul Deborah Mark Nicola Simon Joanne Ian Karen Neil Sarah Oliver Emily Harry Charlotte Amelia",
        "Hartley Whitcombe Pemberton Ashworth Fairclough Thornton Bexley Lockwood Marsden Radcliffe Holloway "
        "Cartwright Blackwood Winterbourne Easton Yardley Oakes Fenwick Bamford Sedgwick Turnbull Wainwright "
        "Kingsley Penrose Trevelyan Hallam Carrington Stokes Burridge Nettleton",
    ),
    (
        0.13,
        "Gareth Megan Rhys Bethan Owain Carys Dylan Angharad Huw Eleri",
        "Llewellyn Prosser Bevan Gwynne Maddox Cadwallader Vaughan Pritchard",
    ),
    (
        0.08,
        "Fiona Hamish Eilidh Angus Catriona Ruairidh Morag Finlay Niamh Declan",
        "MacLeod Drummond Sutherland Kerr Abernethy Donnelly Gallagher Fitzgerald",
    ),
    (
        0.10,
        "Anjali Rohan Meera Imran Aisha Bilal Sunita Vikram Nadia Farid",
        "Mehta Desai Kapoor Chaudhry Siddiqui Rahman Patel Malik",
    ),
    (0.06, "Chidi Ngozi Adaeze Kwame Esi Tunde Abena Femi", "Adeyemi Mensah Boateng Osei Okonjo Asante"),
    (0.07, "Piotr Agnieszka Tomasz Chiara Luca Sofia Elena Marek", "Kowalski Zielinski Rossi Moretti Novak Fernandes"),
)
RARE_CLIENTS = (
    ("Siân", "Llewellyn-Rees"),
    ("Łukasz", "Wiśniewski"),
    ("محمد", "العمري"),
    ("美玲", "陳"),
    ("Zoë", "Fitzgerald-Okonkwo"),
    ("Nguyễn Thị", "Hoa"),
    ("Seán", "Ó Briain"),
)
BUSINESSES = ("Joinery Ltd", "Dental Practice LLP", "Haulage Ltd", "Veterinary Centre Ltd", "Architects Ltd")
