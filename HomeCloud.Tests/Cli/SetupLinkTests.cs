using HomeCloud.Cli.Commands.Access;
using HomeCloud.Commands;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Docker;
using ZXing;
using ZXing.QrCode;

namespace HomeCloud.Tests.Cli;

public sealed class SetupLinkTests : IDisposable
{
    private const int Limit = 120_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-link-").FullName;

    private string Socket => Path.Combine(_folder, "agent.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("http://192.168.1.54/setup#k3v9-Xq_27")]
    [InlineData("https://[fd00::1:54]:8443/setup#AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdEfG")]
    public void A_reader_reads_the_link_from_the_terminal(string link)
    {
        const int Scale = 4;
        var lines = TerminalQrCode.Draw(link).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('m')[1].Split('\e')[0]).ToList();
        var (width, height) = (lines[0].Length * Scale, lines.Count * 2 * Scale);
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var isLower = y / Scale % 2 == 1;
                var isDark = lines[y / Scale / 2][x / Scale] is '█' || lines[y / Scale / 2][x / Scale] == (isLower ? '▄' : '▀');
                pixels[(y * width) + x] = isDark ? byte.MinValue : byte.MaxValue;
            }
        }

        var read = new QRCodeReader().decode(new BinaryBitmap(new ZXing.Common.HybridBinarizer(new RGBLuminanceSource(pixels, width, height, RGBLuminanceSource.BitmapFormat.Gray8))));

        read.Text.Should().Be(link);
        lines.Should().OnlyContain(line => line.Length == lines[0].Length && line.Length <= 80, "it fits a terminal");
    }

    [Fact(Timeout = Limit)]
    public async Task It_waits_for_an_agent_that_is_starting_and_prints_the_link_alone_into_a_pipe()
    {
        var command = Command.RunAsync([Executables.Cli, "setup-link", "--wait", "--socket", Socket]);
        (await Command.RunAsync([Executables.Cli, "setup-link", "--socket", Socket])).ExitCode.Should().Be(ExitCodes.Away, "without --wait an agent that is away is an error at once");

        await using var agent = new StubEngine((_, stream, _) => StubEngine.Respond(stream, 200, """["http://192.168.1.54/setup#abc"]""", "Content-Type: application/json\r\n"));
        File.CreateSymbolicLink(Socket, agent.SocketPath);

        (await command).OrFail().Output.Should().Be("http://192.168.1.54/setup#abc\n");
    }
}
