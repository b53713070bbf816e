using System.Diagnostics;
using System.Net;
using HomeCloud.Lab.Network.Native;
using HomeCloud.Net.Machine;

namespace HomeCloud.Tests.Net.Machine;

public sealed class NeighbourTableTests
{
    // RTM_NEWNEIGH: reachable 192.168.1.40 at 02:42:ac:11:00:02, then fd00::40 that failed, then NLMSG_DONE.
    private static readonly byte[] Answer =
    [
        48, 0, 0, 0, 28, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 1,
        8, 0, 1, 0, 192, 168, 1, 40,
        10, 0, 2, 0, 0x02, 0x42, 0xac, 0x11, 0, 2, 0, 0,
        48, 0, 0, 0, 28, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        10, 0, 0, 0, 3, 0, 0, 0, 0x20, 0, 0, 1,
        20, 0, 1, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40,
        20, 0, 0, 0, 3, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    [Fact]
    public void Those_that_were_reached_are_told_with_their_MAC()
    {
        var found = new List<Neighbour>();
        NeighbourTable.Take(Answer.AsSpan(0, 96), found).Should().BeTrue();
        found.Should().Equal(new Neighbour(IPAddress.Parse("192.168.1.40"), "02:42:ac:11:00:02", IsReachable: true));
        NeighbourTable.Take(Answer.AsSpan(96), found).Should().BeFalse("that was the last part");
    }

    [Fact]
    public void Every_cut_and_every_changed_octet_is_survived()
    {
        var random = new Random(3);
        for (var length = 0; length < Answer.Length; length++)
            NeighbourTable.Take(Answer.AsSpan(0, length), []);
        for (var round = 0; round < 50_000; round++)
        {
            var damaged = Answer.ToArray();
            for (var i = random.Next(4); i >= 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            NeighbourTable.Take(damaged, []);
        }
    }

    [Theory]
    [InlineData(0x02, true)]
    [InlineData(0x80, true)]
    [InlineData(0x04, false)]
    [InlineData(0x08, false)]
    [InlineData(0x10, false)]
    public void Who_answered_lately_is_reachable_and_who_only_had_the_address_is_not(byte state, bool isReachable)
    {
        var answer = Answer[..48];
        answer[24] = state;
        var found = new List<Neighbour>();
        NeighbourTable.Take(answer, found);
        found.Should().Equal(new Neighbour(IPAddress.Parse("192.168.1.40"), "02:42:ac:11:00:02", isReachable));
    }

    [Fact(Timeout = 60_000)]
    [Trait("Category", "Lab")]
    public async Task The_kernel_answers()
    {
        const string Script = """
            ip link add lan0 type veth peer name lan1 && ip link set lan0 up && ip link set lan1 up && ip addr add 192.168.77.2/24 dev lan0 &&
            ip neigh add 192.168.77.40 lladdr 02:42:ac:11:00:02 dev lan0 nud permanent &&
            ip neigh add 192.168.77.41 lladdr 02:42:ac:11:00:03 dev lan0 nud stale &&
            ip neigh add fd00::40 lladdr 02:42:ac:11:00:02 dev lan0 nud permanent &&
            echo made && exec sleep 60
            """;
        using var machine = Process.Start(new ProcessStartInfo("unshare", ["--net", "sh", "-c", Script]) { RedirectStandardOutput = true })!;
        try
        {
            (await machine.StandardOutput.ReadLineAsync()).Should().Be("made");
            NetworkNamespace.Create(machine.Id, NeighbourTable.Read).Should().Contain([
                new Neighbour(IPAddress.Parse("192.168.77.40"), "02:42:ac:11:00:02", IsReachable: true),
                new Neighbour(IPAddress.Parse("192.168.77.41"), "02:42:ac:11:00:03", IsReachable: false),
                new Neighbour(IPAddress.Parse("fd00::40"), "02:42:ac:11:00:02", IsReachable: true),
            ]);
        }
        finally
        {
            machine.Kill();
        }
    }
}
