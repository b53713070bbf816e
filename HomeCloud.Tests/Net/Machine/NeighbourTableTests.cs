using System.Net;
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
        found.Should().Equal(new Neighbour(IPAddress.Parse("192.168.1.40"), "02:42:ac:11:00:02"));
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

    [Fact]
    public void The_kernel_answers()
    {
        // Whom this machine knows by IPv4 stands in proc too. A neighbour may come and go between the two looks.
        string[] listed = [];
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var found = NeighbourTable.Read().Select(neighbour => $"{neighbour.Address} {neighbour.Mac}").ToHashSet();
            listed = [.. File.ReadLines("/proc/net/arp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(columns => columns[2] == "0x2" && columns[3] != "00:00:00:00:00:00").Select(columns => $"{columns[0]} {columns[3]}").Where(line => !found.Contains(line))];
            if (listed.Length == 0)
                return;
        }

        listed.Should().BeEmpty();
    }
}
