#pragma once
// The order of an epoch's rows. One core gives them by key group of the viewer; where several
// writers own a part of the key groups each, their rows are brought into the same order, so that
// readers and digests cannot tell.

#include "store/rows.h"

namespace potik::pipeline {

// Facts, users and lists by key group, details by that of their fact, dead letters by partition and
// offset; what is equal in that stays as it came, and so do videos and alerts. A detail without a
// fact goes last. Costs a look at each row where they are in order already.
void order_rows(store::RowBlock& rows);

}  // namespace potik::pipeline
