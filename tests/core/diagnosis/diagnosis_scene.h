/* diagnosis_scene.h - simulates an outage, takes several samples of it, and can also run the
 * probe. */
#ifndef TESTS_CORE_DIAGNOSIS_DIAGNOSIS_SCENE_H
#define TESTS_CORE_DIAGNOSIS_DIAGNOSIS_SCENE_H

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/diagnosis/diagnosis.h"
#include "fake/machine.h"

extern struct fake fake;
extern struct snapshot snapshot;
extern struct probe probe;
extern struct diagnosis diagnosis;

void outage_set_up(void);

void outage_tear_down(void);

void diagnose(unsigned samples, bool with_probe);

void expect_kind(enum diagnosis_kind kind);

const struct sentence *find_sentence(const struct sentences *sentences, const char *part);

void print_sentences(const struct sentences *sentences, char *buffer, size_t size);

void expect_sentence(const struct sentences *sentences, const char *part);

void expect_no_sentence(const struct sentences *sentences, const char *part);

void expect_verdict(const char *sentence);

void expect_doubt(const char *part);

void tcp(unsigned count, unsigned state, uint16_t port, const char *remote, uint16_t remote_port,
         uint32_t owner);

void udp(unsigned count, uint16_t port, uint32_t owner);

/* Adds `count` connections and uses a new server after every 100 connections, so that no server has
 * a large share. */
void tcp_scattered(unsigned count, unsigned state, uint16_t port, uint32_t owner);

#endif
