# SPDX-License-Identifier: Apache-2.0
"""Makes cases.json and stems.json. usage: make.py STOPWORDS VOCABULARIES, in an environment with fastembed 0.9.1.

STOPWORDS is the folder of NLTK's stop word corpus, VOCABULARIES holds LANGUAGE/voc.txt of snowball-data.
"""
import json
import pathlib
import random
import sys
import tempfile

from fastembed.sparse.bm25 import Bm25, supported_languages
from py_rust_stemmers import SnowballStemmer

TEXTS = [
    "", ".", " \t\n\u3000", "Hello World", "hello hello hello world", "The quick brown fox is a test sentence!",
    "I must not fear. Fear is the mind-killer.", "snake_case C++ don't 3.14 _ __ a_", "привет мир!",
    "Mangez-vous vraiment des grenouilles?", "Je suis au lit",
    "Über den größten Flüssen Österreichs äußern sich Experten häufig: Öko-Systeme müssen geschützt werden!",
    "L'élève français s'écrie : « Où est mon crayon ? J'ai besoin de finir cet exercice avant la récréation!",
    "Într-o zi însorită, Ștefan și Ioana au mâncat mămăligă cu brânză și au băut țuică la cabană.",
    "Üzgün öğretmen öğrencilere seslendi: Lütfen gürültü yapmayın, sınavınızı bitirmeye çalışıyorum!",
    "Ο Ξενοφών είπε: «Ψάχνω για ένα ωραίο δώρο για τη γιαγιά μου. Ίσως ένα φυτό ή ένα βιβλίο;»",
    "ΟΔΥΣΣΕΥΣ Σ ΑΣ ΑΣ1 1Σ ΑʰΣʰ ΑΣʰΑ ΑΣ_ ΣΑΣ.", "İstanbul ½ ² Ⅷ ⅷ தமிழ் e\u0301té ﬁn ẞ Ǆ ⓐ",
    "கற்றல் என்பது தமிழ்நாட்டின் பள்ளிகளில்", "تعلّم اللغة العربية في المدرسة والجامعات", "日本語のテキスト 中文文本 한국어",
    "x" * 40 + " " + "y" * 41 + " " + "ü" * 40 + " " + "ß" * 41, "emoji 👩\u200d💻 zero\u200bwidth nb\u00a0space\u2028line\x1cfs\x85nel",
    "ad1u66pi kitchens prostaglandins kitchens", "prostaglandins kitchens kitchens ad1u66pi",
    "Ёлка, ёжик и актёр берёзовый варёный", "aiguë ambiguïté naïf Noël ciguë maïs héroïque", "Elysée García Coruñassa Åbo talossa",
    "De burgemeester van Eindhoven wandelde lichamelijk door lange straten", "Las bibliotecas increíbles del pueblo español",
    "Jaktkarlarnes hundar sprang genom skogarna", "Undersøgelserne viste store forskelle", "Havnedistriktene i nærheten av byene",
    "Os bobagens quilometricas dos portugueses", "I pronunciamenti dei giudici italiani", "A házakban és kertekben játszó gyermekek",
    "0123 ٣٤٥ १२३ 𝟘𝟙 ªº ʰ ٱ", "a.b.c a-b_c A_B_C _a",
]
OPTIONS = [{}, {"k": 2.0, "b": 0.0}, {"b": 1.0, "avg_len": 10.0}, {"disable_stemmer": True}, {"stopwords": ["The", "WORLD", "i", "don't"]},
           {"disable_stemmer": True, "stopwords": ["hello"]}, {"stopwords": []}, {"token_max_length": 5}]


def vector(embedding):
    return {"indices": [int(i) for i in embedding.indices], "values": [float(v) for v in embedding.values]}


def main():
    stop, vocabularies = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "config.json").write_text("{}")
        for language in supported_languages:
            if language != "tamil":
                (folder / f"{language}.txt").write_bytes((stop / language).read_bytes())
        settings = [{"language": language} for language in supported_languages] + OPTIONS[1:]
        lines = []
        for setting in settings:
            given = dict(setting)
            if "stopwords" in given:
                given["stopwords"] = set(given["stopwords"])
            model = Bm25("Qdrant/bm25", cache_dir=str(folder), specific_model_path=str(folder), **given)
            for i, document in enumerate(model.embed(TEXTS)):
                query = next(model.query_embed(TEXTS[i]))
                lines.append(json.dumps({"options": setting, "text": i, "document": vector(document),
                                         "query": sorted(int(q) for q in query.indices), "tokens": model.token_count(TEXTS[i])}))
    (here / "cases.json").write_text('{"texts": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(TEXTS), ",\n".join(lines)))

    rng = random.Random(1)
    rows = []
    for language in supported_languages:
        file = vocabularies / language / "voc.txt"
        if file.exists():
            words = [w for w in file.read_text().split("\n") if w]
            letters = sorted(set("".join(words)))
            chosen = rng.sample(words, 120)
            odd = [w for w in words if {"russian": "ё", "french": "ï", "finnish": "é"}.get(language, "\n") in w or "guë" in w]
            chosen += rng.sample(odd, min(40, len(odd)))
            for word in rng.choices(words, k=80):
                at = rng.randrange(len(word))
                chosen.append(word[:at] + rng.choice(letters) + word[at + rng.randint(0, 1):])
        else:
            first, last = (0x621, 0x64a) if language == "arabic" else (0xb85, 0xbcd)
            chosen = ["".join(chr(rng.randint(first, last)) for _ in range(rng.randint(1, 10))) for _ in range(200)]
        stemmer = SnowballStemmer(language)
        rows.append(json.dumps(language) + ": " + json.dumps([[w, stemmer.stem_word(w)] for w in dict.fromkeys(chosen)]))
    (here / "stems.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


main()
