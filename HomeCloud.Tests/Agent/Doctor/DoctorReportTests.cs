using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Net.Localization;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Agent.Doctor;

public sealed class DoctorReportTests
{
    private const int MessageColumn = 36;

    [Fact]
    public void One_is_not_many() =>
        DoctorReport.Summary([new CheckResult("clock", "clock", [Finding.Problem("It is wrong.", "Set it."), Finding.Note("It has no battery."), Finding.Note("It is old.")])], Catalogue.English)
            .Should().Be("1 check: 1 problem, 0 warnings, 2 notes\n");

    [Fact]
    public void A_Japanese_reader_is_told_in_Japanese_and_a_script_in_English()
    {
        var japanese = Japanese();
        var result = new CheckResult("port-53", "port 53", [Finding.Problem($"port 53 of this machine is taken: {"dnsmasq"}.", Finding.Verbatim("sudo systemctl disable --now named"))]);

        DoctorReport.Text(result, colours: false, japanese).Should().MatchRegex("^ 問題  ポート 53 +このマシンのポート 53 が使用中です: dnsmasq。\n {7}sudo systemctl disable --now named\n$");
        DoctorReport.Summary([result], japanese).Should().Be("1 項目を診断: 問題 1 件、警告 0 件、情報 0 件\n");
        DoctorReport.Json([result]).Should().Contain("port 53 of this machine is taken: dnsmasq.");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public void Every_message_begins_in_the_same_column(string language)
    {
        var catalogue = language == "ja" ? Japanese() : Catalogue.English;
        foreach (var check in DoctorChecks.All(TimeProvider.System))
        {
            var line = DoctorReport.Text(new CheckResult(check.Id, check.Title, [Finding.Ok("…")]), colours: false, catalogue);
            CellText.Width(line[..line.IndexOf('…', StringComparison.Ordinal)]).Should().Be(MessageColumn, line);
        }
    }

    /// <summary>A process may call itself what a terminal obeys.</summary>
    [Fact]
    public void No_control_character_is_printed()
    {
        var finding = Finding.Problem($"port 53 of this machine is taken: {"\u001b[2Jdnsmasq"}.", Finding.Verbatim("stop \u202eit")).In(Japanese());

        finding.Message.Should().Contain("?[2Jdnsmasq");
        finding.Fix.Should().Be("stop ?it");
    }

    private static Catalogue Japanese()
    {
        using var file = File.OpenRead(Path.Combine(Documents.Root(), "HomeCloud.Agent/Texts/ja.json"));
        return Catalogue.Read("ja", file);
    }
}
