#pragma once
// The pages, their assets and the clips, from two folders of the disk. Conditional and range
// requests, nothing outside the folders (links that lead out are not followed), nothing hidden, a
// strict content security policy.

#include "api/services.h"

namespace potik::api {

void add_feed_page(Router& router, const Options& options);        // GET / and its clips, /media/*
void add_operations_page(Router& router, const Options& options);  // GET /ops
void add_assets(Router& router, const Options& options);           // of both, /assets/*

}  // namespace potik::api
