// Attention for cards of compute capability 9.0, whose matrix units have instructions of their own that no other card has: a third less time. Built by
// build-kernels.sh to hopper.ptx; what is not here is in kernels.cu.

#include "attention.h"

ATTENTION(text_attention_hopper, GroupProducts, false, 4)
ATTENTION(prompt_attention_hopper, GroupProducts, true, 4)
