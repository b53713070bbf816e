using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Hosting;
using HomeCloud.Agent.Hosting.Native;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Hosting;

public sealed class RestServiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_gives_back_once_after_a_burst_and_then_needs_no_timer()
    {
        var (clock, model) = (new ManualClock(), new EngineModel());
        using var rest = new RestService(model, clock);
        await rest.StartAsync(CancellationToken.None);
        for (var change = 0; change < 3; change++)
        {
            model.Publish(new EngineSnapshot());
            (await Poll.UntilAsync(() => clock.NextIn == TimeSpan.FromSeconds(10), Limit)).Should().BeTrue();
            clock.Advance(TimeSpan.FromSeconds(9));
        }

        rest.Times.Should().Be(0, "each change begins the silence anew");
        GC.KeepAlive(new byte[8 << 20]);
        clock.Advance(TimeSpan.FromSeconds(10));

        (await Poll.UntilAsync(() => rest.Times == 1 && clock.Armed == 0, Limit)).Should().BeTrue();
        await rest.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void Only_mappings_of_the_program_that_nobody_wrote_to_are_given_back()
    {
        const string Maps = """
            55ec45fcf000-55ec4601e000 r--p 00000000 08:01 42                         /opt/homecloud/homecloud-agent
            Size:                316 kB
            Anonymous:             0 kB
            55ec4601e000-55ec46f7e000 r-xp 0004f000 08:01 42                         /opt/homecloud/homecloud-agent
            Anonymous:             0 kB
            55ec47c24000-55ec48185000 r--p 01c55000 08:01 42                         /opt/homecloud/homecloud-agent
            Anonymous:           272 kB
            55ec48185000-55ec4822b000 rw-p 021b6000 08:01 42                         /opt/homecloud/homecloud-agent
            Anonymous:             0 kB
            7f4cb8200000-7f4cb82c5000 r--p 00000000 08:01 77                         /usr/lib/x86_64-linux-gnu/libcrypto.so.3
            Anonymous:             0 kB
            7f40f4000000-7f40f4811000 r--p 00000000 00:00 0
            Anonymous:             0 kB
            """;

        ProgramPages.Untouched(Maps.Split('\n'), "/opt/homecloud/homecloud-agent").Should().Equal((0x55ec45fcf000, 0x4f000), (0x55ec4601e000, 0xf60000));
    }

    /// <summary>This program's own code is given back, and runs on.</summary>
    [Fact]
    public void The_program_runs_on()
    {
        ProgramPages.GiveBack();

        ProgramPages.Untouched(File.ReadLines("/proc/self/smaps"), Environment.ProcessPath!).Should().NotBeEmpty();
    }
}
