// Runs kernels.cu on a CPU, in place of the CUDA driver: for tests. The warps of a block take turns, each until it has to wait for others, so that what is not
// waited for is not there yet, or not any more. An error where lanes of a warp come to different calls, where copies are not waited for, where all wait.

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <kernels.cu>

#include <hopper.cu>

namespace
{
constexpr int MostThreads = 1024, Lanes = 32, StackBytes = 64 << 10, MostFetches = 256, BroughtBytes = 32;

struct Fetch
{
    half *to;
    const half *from;
    bool wanted;
    int group;
};

// Sums of products that are under way.
struct Sum
{
    float (*at)[4];
    float numbers[8][4];
};

struct Thread
{
    ucontext_t start;
    jmp_buf place; // where it goes on
    bool started, ended, began, wrote; // wrote: into shared memory, what is not shown to products yet
    int sums;
    Sum sum[2];
    int calls, barriers, groups, fetches;
    Call call[2];
    char brought[2][BroughtBytes];
    const void *met[Lanes];
    Fetch fetch[MostFetches];
};

Thread *threads;
char *stacks;
jmp_buf scheduler;
int count, current, blockX, blockY, moves;
bool failed;
void (*body)(void **);
void **arguments;

Thread &self() { return threads[current]; }

// From stack to stack by jumps: contexts would ask the system at every turn.
void wait_turn()
{
    if (_setjmp(self().place) == 0)
    {
        _longjmp(scheduler, 1);
    }
}

// The current thread has its turn.
void go_on()
{
    if (_setjmp(scheduler) == 0)
    {
        if (self().started)
        {
            _longjmp(self().place, 1);
        }

        self().started = true;
        setcontext(&self().start);
    }
}

void run()
{
    body(arguments);
    check(self().fetches == 0, "a copy is not waited for");
    check(self().sums == 0, "products are not waited for");
    self().ended = true;
    moves++;
    wait_turn();
}

void land(int last)
{
    Thread &own = self();
    int left = 0;
    own.wrote |= own.fetches > 0;
    for (int i = 0; i < own.fetches; i++)
    {
        const Fetch &one = own.fetch[i];
        if (one.group > last)
        {
            own.fetch[left++] = one;
        }
        else if (one.wanted)
        {
            memcpy(one.to, one.from, 16);
        }
        else
        {
            memset(one.to, 0, 16);
        }
    }

    own.fetches = left;
}

extern "C" char __start_block_memory[] __attribute__((visibility("hidden")));
extern "C" char __stop_block_memory[] __attribute__((visibility("hidden")));

void run_block(int x, int y)
{
    blockX = x;
    blockY = y;
    // No number, whatever its type.
    memset(__start_block_memory, 0xff, __stop_block_memory - __start_block_memory);
    for (int i = 0; i < count; i++)
    {
        Thread &one = threads[i];
        memset(&one, 0, sizeof one);
        getcontext(&one.start);
        one.start.uc_stack.ss_sp = stacks + (long)i * StackBytes;
        one.start.uc_stack.ss_size = StackBytes;
        makecontext(&one.start, run, 0);
    }

    // A warp goes on as far as it can before the next one has its turn; the last one is first in every other block.
    const int warps = (count + Lanes - 1) / Lanes;
    for (int left = count; left > 0 && !failed;)
    {
        const int start = moves;
        left = 0;
        for (int turn = 0; turn < warps; turn++)
        {
            const int warp = (x + y) % 2 ? warps - 1 - turn : turn;
            int before, running;
            do
            {
                before = moves;
                running = 0;
                for (current = warp * Lanes; current < count && current < (warp + 1) * Lanes && !failed; current++)
                {
                    if (!self().ended)
                    {
                        go_on();
                        running += self().ended ? 0 : 1;
                    }
                }
            } while (moves > before && !failed);

            left += running;
        }

        check(left == 0 || moves > start, "threads wait for each other");
    }
}

// Calls a kernel with arguments of any types, each at its address.
template <typename... Types> struct Caller;

template <> struct Caller<>
{
    template <typename Kernel, typename... Values> static void call(Kernel kernel, void **, Values... values) { kernel(values...); }
};

template <typename First, typename... Rest> struct Caller<First, Rest...>
{
    template <typename Kernel, typename... Values> static void call(Kernel kernel, void **from, Values... values)
    {
        Caller<Rest...>::call(kernel, from + 1, values..., *(First *)*from);
    }
};

template <typename... Types> void call(void (*kernel)(Types...), void **from) { Caller<Types...>::call(kernel, from); }

#define ENTRY(name) {#name, [](void **from) { call(name, from); }}

const struct
{
    const char *name;
    void (*call)(void **);
} Kernels[] = {
    ENTRY(text_attention_64), ENTRY(text_attention_hopper), ENTRY(prompt_attention_64), ENTRY(prompt_attention_96), ENTRY(prompt_attention_128),
    ENTRY(prompt_attention_hopper), ENTRY(step_attention), ENTRY(step_attention_codes), ENTRY(store_prompts), ENTRY(store_prompt_codes),
    ENTRY(choose_best), ENTRY(draw), ENTRY(bias_gelu),
};
} // namespace

int thread() { return current; }
int block_x() { return blockX; }
int block_y() { return blockY; }

void check(bool right, const char *what)
{
    if (!right && !failed)
    {
        failed = true;
        fprintf(stderr, "Thread %d of block %d, %d: %s.\n", current, blockX, blockY, what);
    }
}

const void *const *meet(Call call, const void *brought, int bytes)
{
    Thread &own = self();
    const int turn = own.calls % 2, first = current / Lanes * Lanes;
    check(bytes <= BroughtBytes, "more is brought than there is room for");
    own.call[turn] = call;
    memcpy(own.brought[turn], brought, bytes);
    own.calls++;
    moves++;
    for (int lane = 0; lane < Lanes && first + lane < count; lane++)
    {
        const Thread &other = threads[first + lane];
        while (other.calls < own.calls && !failed)
        {
            check(!other.ended, "a lane of the warp has ended that the others wait for");
            wait_turn();
        }

        check(other.call[turn] == call, "lanes of a warp came to different calls");
        own.met[lane] = other.brought[turn];
    }

    return own.met;
}

void barrier()
{
    Thread &own = self();
    own.barriers++;
    moves++;
    for (int i = 0; i < count; i++)
    {
        while (threads[i].barriers < own.barriers && !threads[i].ended && !failed)
        {
            wait_turn();
        }
    }
}

unsigned shared_address(const half *p) { return (unsigned)((const char *)p - __start_block_memory); }

half *shared_at(unsigned address)
{
    const bool inside = address < __stop_block_memory - __start_block_memory;
    check(inside, "an address lies outside of the shared memory");
    return (half *)(__start_block_memory + (inside ? address : 0));
}

void fetch(unsigned address, const half *global, bool wanted)
{
    Thread &own = self();
    half *shared = shared_at(address);
    check(address % 16 == 0 && (unsigned long)global % 16 == 0, "16 bytes are copied that do not lie at multiples of 16");
    check(own.fetches < MostFetches, "too many copies are under way");
    if (!failed)
    {
        own.fetch[own.fetches++] = {shared, global, wanted, own.groups};
        // It may be overwritten from now on.
        memset(shared, 0xff, 16);
    }
}

void end_group() { self().groups++; }
void arrived_but_last() { land(self().groups - 2); }
void arrived() { land(self().groups - 1); }

void store_shared(unsigned address, uint4x v)
{
    check(address % 16 == 0, "16 bytes are stored that do not lie at a multiple of 16");
    self().wrote = true;
    memcpy(shared_at(address), &v, 16);
}

void show_products() { self().wrote = false; }
void begin_products() { self().began = true; }

void end_products()
{
    Thread &own = self();
    for (; own.sums > 0; own.sums--)
    {
        const Sum &sum = own.sum[own.sums - 1];
        memcpy(sum.at, sum.numbers, sizeof sum.numbers);
    }

    own.began = false;
}

void multiply_tile(float (&sum)[8][4], const float (&products)[8][4], bool add)
{
    Thread &own = self();
    check(own.began, "products have not begun");
    for (int i = 0; i < count; i++)
    {
        check(!threads[i].wrote, "what is multiplied was not shown to products");
    }

    Sum *to = nullptr;
    for (int i = 0; i < own.sums; i++)
    {
        to = own.sum[i].at == sum ? &own.sum[i] : to;
    }

    if (!to)
    {
        check(own.sums < 2, "too many sums are under way");
        to = &own.sum[own.sums < 2 ? own.sums++ : 0];
        to->at = sum;
        memcpy(to->numbers, sum, sizeof to->numbers);
        memset(sum, 0xff, sizeof to->numbers);
    }

    for (int i = 0; i < 8; i++)
    {
        for (int j = 0; j < 4; j++)
        {
            to->numbers[i][j] = products[i][j] + (add ? to->numbers[i][j] : 0);
        }
    }
}

// The functions of the driver, and of the CUDA runtime, that a kernel's launch needs.
extern "C" int cuModuleLoadData(void **module, const char *) { return *module = (void *)Kernels, 0; }

// Which card it is.
namespace
{
int generation = 8;
}

extern "C" void emulate(int major) { generation = major; }

extern "C" int cuModuleGetFunction(void **function, void *, const char *name)
{
    for (const auto &kernel : Kernels)
    {
        if (strcmp(kernel.name, name) == 0 && (generation == 9 || !strstr(name, "_hopper")))
        {
            *function = (void *)kernel.call;
            return 0;
        }
    }

    return 500; // not found
}

extern "C" int cuLaunchKernel(
    void *function, unsigned width, unsigned height, unsigned, unsigned threadsX, unsigned, unsigned, unsigned, void *, void **values, void **)
{
    static Thread *const all = threads = (Thread *)malloc(MostThreads * sizeof(Thread));
    static char *const memory = stacks = (char *)malloc((long)MostThreads * StackBytes);
    failed = !all || !memory || threadsX > MostThreads;
    body = (void (*)(void **))function;
    arguments = values;
    count = (int)threadsX;
    // From the last on, so that what is written behind a text's end lies on what is there already.
    for (unsigned y = height; y-- > 0 && !failed;)
    {
        for (unsigned x = 0; x < width && !failed; x++)
        {
            run_block((int)x, (int)y);
        }
    }

    return failed ? 719 : 0; // launch failed
}

extern "C" int cudaDeviceGetAttribute(int *value, int attribute, int)
{
    *value = attribute == 75 ? generation : 0;
    return attribute == 75 || attribute == 76 ? 0 : 1;
}

extern "C" int cudaSetDevice(int) { return 0; }
extern "C" int cudaStreamCreateWithFlags(void **stream, unsigned) { return *stream = nullptr, 0; }
