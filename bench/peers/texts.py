# SPDX-License-Identifier: Apache-2.0
"""Texts for the comparison: common words in random order, with the lengths of real collections."""
import math
import random

WORDS = """the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were
all their there been if more when will would who so no out up into than them can only other time new some could these two may first then
do any like my now over such our man me even most made after also well did many must before back see through way where get much go good
your know should down work because come people just say each those take day make long little under own great old year off since against
right house use three state never between high same does another around small found still here thing place system number part end large
order point group water fact given shown result theory method flow layer pressure surface velocity body boundary wing effect solution
problem analysis equation temperature heat transfer supersonic number mach experimental investigation approximate calculated measured
distribution obtained function conditions ratio shock wave free stream laminar turbulent stability drag lift angle attack plate cylinder
cone structure stress load shell buckling materials research information retrieval document query ranking model neural network search
engine vector index score relevance passage language training data sentence meaning translation memory processor compiler library""".split()


def words(generator, count):
    """Every fifth word is a compound that the vocabulary lacks: about 1.4 tokens a word, as technical prose has, and lengths that vary."""
    return " ".join(generator.choice(WORDS) + (generator.choice(WORDS) if generator.random() < .2 else "") for _ in range(count))


def short(count, seed):
    generator = random.Random(seed)
    return [words(generator, 16) for _ in range(count)]


def abstracts(count, seed):
    """As long as the abstracts of Cranfield: 165 words in the mean, from 25 to more than 256."""
    generator = random.Random(seed)
    return [words(generator, min(500, max(25, round(generator.lognormvariate(math.log(150), 0.45))))) for _ in range(count)]


def passages(count, seed):
    """As long as the passages of MS MARCO: 55 words in the mean, from 15 to 200."""
    generator = random.Random(seed)
    return [words(generator, min(200, max(15, round(generator.lognormvariate(math.log(50), 0.45))))) for _ in range(count)]


def long(seed, count):
    return words(random.Random(seed), count)


def question(seed):
    return words(random.Random(seed), 10)
