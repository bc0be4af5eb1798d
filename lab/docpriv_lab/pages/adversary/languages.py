"""Letters and forms in languages with Latin letters that no detector covers; a few invented persons each, plain data.

The sentences of a language say what those of English say, with the same values at the same places.
"""

from __future__ import annotations

from dataclasses import dataclass

from docpriv_lab.synthesis.wording import split


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Names and addresses of invented people; sentences with `{name}`, `{other}`, `{born}`, `{place}`, `{phone}` and
    `{number}`; captions for name, address, telephone, date of birth and number."""

    names: tuple[str, ...]
    places: tuple[str, ...]
    sentences: tuple[str, ...]
    captions: tuple[str, ...]


ENGLISH = Language(
    names=(),
    places=(),
    sentences=split(
        "Dear {name}, your application was examined this week.|The patient {other}, born on {born}, now lives"
        " at {place} and came to us without delay.|This person can be reached by telephone under {phone} "
        "every morning.|The file is kept under the number {number}, and the papers are enclosed with this "
        "letter."
    ),
    captions=split("Full name|Address|Telephone|Date of birth|Identity number"),
)

LANGUAGES: dict[str, Language] = {
    "tr": Language(
        names=split("Ayşe Yılmazer|Mehmet Öztürkoğlu|Gülşen Karadağlı|İbrahim Çelikkol"),
        places=split("Atatürk Caddesi No 14, Üsküdar|Çınar Sokak 7, Eskişehir"),
        sentences=split(
            "Sayın {name}, başvurunuz bu hafta incelenmiştir.|Hastamız {other}, {born} doğumlu olup şimdi "
            "{place} adresinde oturmaktadır ve bize gecikmeden başvurmuştur.|Kendisine her sabah {phone} "
            "numaralı telefondan ulaşabilirsiniz.|Dosya {number} numarası ile saklanmaktadır ve belgeler bu "
            "mektuba eklenmiştir."
        ),
        captions=split("Adı soyadı|Adres|Telefon|Doğum tarihi|Kimlik numarası"),
    ),
    "vi": Language(
        names=split("Nguyễn Thị Hường|Trần Văn Đức|Phạm Quốc Bảo|Lê Thị Ánh Tuyết"),
        places=split("số 12 đường Lê Lợi, quận Ba, Huế|số 8 ngõ Hàng Trống, Đà Lạt"),
        sentences=split(
            "Kính gửi {name}, hồ sơ của quý vị đã được xem xét trong tuần này.|Bệnh nhân {other}, sinh ngày "
            "{born}, hiện cư trú tại {place} và đã đến khám đúng hẹn.|Có thể liên lạc với người này qua số "
            "điện thoại {phone} vào mỗi buổi sáng.|Hồ sơ được lưu giữ dưới số {number} và các giấy tờ được "
            "gửi kèm theo thư này."
        ),
        captions=split("Họ và tên|Địa chỉ|Điện thoại|Ngày sinh|Số căn cước"),
    ),
    "hu": Language(
        names=split("Szűcs Erzsébet|Kővári Gergő|Farkasházy Ágnes|Tűri Győző"),
        places=split("Kossuth utca 21, Székesfehérvár|Petőfi tér 3, Győr"),
        sentences=split(
            "Tisztelt {name}, a kérelmét ezen a héten megvizsgáltuk.|A beteg, {other}, aki {born} napján "
            "született, most a {place} címen lakik, és késedelem nélkül jelentkezett nálunk.|Ez a személy "
            "minden délelőtt elérhető a {phone} telefonszámon.|Az iratot a {number} számon őrizzük, és a "
            "mellékleteket ehhez a levélhez csatoltuk."
        ),
        captions=split("Teljes név|Lakcím|Telefon|Születési idő|Személyi szám"),
    ),
    "id": Language(
        names=split("Siti Rahmawati|Budi Hartanto|Dewi Kusumaningrum|Agus Setiawan"),
        places=split("Jalan Merpati Nomor 17, Semarang|Jalan Kenanga 4, Malang"),
        sentences=split(
            "Yang terhormat {name}, permohonan Anda telah diperiksa pada minggu ini.|Pasien bernama {other}, "
            "lahir pada tanggal {born}, sekarang tinggal di {place} dan datang kepada kami tanpa "
            "menunda.|Orang tersebut dapat dihubungi setiap pagi melalui telepon {phone}.|Berkas disimpan "
            "dengan nomor {number} dan dokumennya dilampirkan bersama surat ini."
        ),
        captions=split("Nama lengkap|Alamat|Telepon|Tanggal lahir|Nomor induk"),
    ),
    "is": Language(
        names=split("Guðrún Þorláksdóttir|Sigurður Hallgrímsson|Ásdís Ævarsdóttir|Örn Friðþjófsson"),
        places=split("Þórsgata 9, Seyðisfirði|Hæðargarður 22, Ísafirði"),
        sentences=split(
            "Kæra {name}, umsókn þín var tekin fyrir í þessari viku.|Sjúklingurinn {other}, fæddur þann "
            "{born}, býr nú að {place} og leitaði til okkar án tafar.|Hægt er að ná í viðkomandi í síma "
            "{phone} á hverjum morgni.|Skjalið er geymt undir númerinu {number} og gögnin fylgja með þessu "
            "bréfi."
        ),
        captions=split("Fullt nafn|Heimilisfang|Sími|Fæðingardagur|Kennitala"),
    ),
    "pl": Language(
        names=split("Zdzisława Brzęczyszczyk|Łukasz Gwóźdź|Małgorzata Świętońska|Grzegorz Żółkiewicz"),
        places=split("ul. Słoneczna 8, Świdnica|ul. Źródlana 15, Łowicz"),
        sentences=split(
            "Szanowna Pani {name}, wniosek został rozpatrzony w tym tygodniu.|Pacjent {other}, urodzony dnia "
            "{born}, mieszka obecnie pod adresem {place} i zgłosił się do nas bez zwłoki.|Z tą osobą można "
            "się skontaktować każdego ranka pod numerem telefonu {phone}.|Akta są przechowywane pod numerem "
            "{number}, a dokumenty zostały dołączone do tego pisma."
        ),
        captions=split("Imię i nazwisko|Adres|Telefon|Data urodzenia|Numer ewidencyjny"),
    ),
    "sw": Language(
        names=split("Zawadi Mwakyusa|Juma Kilonzo|Neema Wanjiku|Baraka Mshindi"),
        places=split("Barabara ya Uhuru 14, Mwanza|Mtaa wa Amani 6, Tanga"),
        sentences=split(
            "Mpendwa {name}, maombi yako yamechunguzwa wiki hii.|Mgonjwa {other}, aliyezaliwa tarehe {born}, "
            "sasa anaishi {place} na alifika kwetu bila kuchelewa.|Mtu huyu anaweza kupatikana kila asubuhi "
            "kwa simu namba {phone}.|Faili linahifadhiwa kwa namba {number} na nyaraka zimeambatanishwa na "
            "barua hii."
        ),
        captions=split("Jina kamili|Anwani|Simu|Tarehe ya kuzaliwa|Namba ya kitambulisho"),
    ),
    "de": Language(
        names=split("Jürgen Weißenböck|Käthe Großhöfer|Björn Schlüterhagen|Ännchen Überall"),
        places=split("Mühlgässchen 12, Würzburg|Königsstraße 4, Gößweinstein"),
        sentences=split(
            "Sehr geehrte Frau {name}, Ihr Antrag wurde in dieser Woche geprüft.|Der Patient {other}, geboren"
            " am {born}, wohnt jetzt {place} und hat sich unverzüglich bei uns gemeldet.|Diese Person ist "
            "jeden Vormittag unter der Rufnummer {phone} zu erreichen.|Die Akte wird unter der Nummer "
            "{number} geführt, und die Unterlagen liegen diesem Schreiben bei."
        ),
        captions=split("Vor- und Zuname|Anschrift|Telefon|Geburtsdatum|Ausweisnummer"),
    ),
    "fi": Language(
        names=split("Päivi Hämäläinen-Yrjölä|Väinö Öhmanni|Sirkka Äyräpää|Jyrki Töyrylä"),
        places=split("Mäkitie 11, Jyväskylä|Kyläkuja 3, Ähtäri"),
        sentences=split(
            "Hyvä {name}, hakemuksenne on tutkittu tällä viikolla.|Potilas {other}, syntynyt {born}, asuu nyt"
            " osoitteessa {place} ja otti meihin yhteyttä viipymättä.|Kyseisen henkilön tavoittaa joka aamu "
            "puhelinnumerosta {phone}.|Asiakirjaa säilytetään numerolla {number}, ja liitteet ovat tämän "
            "kirjeen mukana."
        ),
        captions=split("Koko nimi|Osoite|Puhelin|Syntymäaika|Henkilönumero"),
    ),
    "cs": Language(
        names=split("Bohumila Příhodová|Řehoř Žďárský|Zdeňka Křížková|Ondřej Šťastník"),
        places=split("Růžová 5, Žďár|Nádražní 18, Příbram"),
        sentences=split(
            "Vážená paní {name}, Vaše žádost byla tento týden posouzena.|Pacient {other}, narozený dne "
            "{born}, nyní bydlí na adrese {place} a přihlásil se k nám bez odkladu.|Tuto osobu lze zastihnout"
            " každé ráno na telefonním čísle {phone}.|Spis je veden pod číslem {number} a písemnosti jsou "
            "přiloženy k tomuto dopisu."
        ),
        captions=split("Jméno a příjmení|Adresa|Telefon|Datum narození|Rodné číslo"),
    ),
    "ro": Language(
        names=split("Ștefania Țăranu|Mădălin Grigorașcu|Ionuț Rădulțan|Anișoara Vlăsceanu"),
        places=split("Strada Cireșului 9, Botoșani|Aleea Școlii 2, Mărășești"),
        sentences=split(
            "Stimată doamnă {name}, cererea dumneavoastră a fost analizată în această săptămână.|Pacientul "
            "{other}, născut la data de {born}, locuiește acum în {place} și s-a prezentat la noi fără "
            "întârziere.|Persoana poate fi găsită în fiecare dimineață la numărul de telefon {phone}.|Dosarul"
            " se păstrează sub numărul {number}, iar actele sunt anexate acestei scrisori."
        ),
        captions=split("Numele și prenumele|Adresa|Telefon|Data nașterii|Număr personal"),
    ),
    "pt": Language(
        names=split("Conceição Magalhães|João Simplício Araújo|Graça Assunção|Estêvão Brandão"),
        places=split("Rua das Açucenas 31, Évora|Travessa do Pão 6, Guimarães"),
        sentences=split(
            "Exma. Senhora {name}, o seu pedido foi analisado esta semana.|O doente {other}, nascido em "
            "{born}, mora agora na {place} e apresentou-se sem demora nos nossos serviços.|Esta pessoa pode "
            "ser contactada todas as manhãs pelo telefone {phone}.|O processo está guardado sob o número "
            "{number} e os documentos seguem juntos com esta carta."
        ),
        captions=split("Nome completo|Morada|Telefone|Data de nascimento|Número de identificação"),
    ),
}
