using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Lab.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web;

public class HealthTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task An_examination_is_begun_followed_and_kept_and_there_is_one_at_a_time()
    {
        var examiner = new ScriptedExaminer(waits: true);
        await using var home = await WebHome.StartAsync(services => services.AddSingleton<IHealthExaminer>(examiner));
        using var client = home.OverSocket();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/doctor")).TryGetProperty("startedAt", out _).Should().BeFalse("nobody has asked yet");

        using var reader = new StreamReader(await client.GetStreamAsync("/api/v1/events", deadline.Token));
        await reader.ReadLineAsync(deadline.Token);
        (await client.PostAsync("/api/v1/doctor", null)).StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await (await client.PostAsync("/api/v1/doctor", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("running").GetBoolean().Should().BeTrue();
        examiner.GoOn();

        var last = await LastAsync(reader, deadline.Token);
        last.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("severity").GetString()).Should().Equal("ok", "ok", "problem", "ok", "warning", "note", "note");
        examiner.Runs.Should().Be(1);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/doctor")).GetProperty("checks")[2].GetProperty("findings")[0].GetProperty("fix").GetString().Should().Contain("systemctl disable");
    }

    [Fact(Timeout = Limit)]
    public async Task The_next_examination_does_not_begin_before_the_last_is_judged()
    {
        var examiner = new ScriptedExaminer();
        await using var home = await WebHome.StartAsync(services => services.AddSingleton<IHealthExaminer>(examiner));
        var desk = home.Services.GetRequiredService<HealthDesk>();
        var judged = new TaskCompletionSource<bool>();
        desk.Ended += _ => judged.TrySetResult(desk.Begin().Running);

        desk.Begin();

        (await judged.Task).Should().BeTrue("the first still runs");
        (await Poll.UntilAsync(() => !desk.State.Running, TimeSpan.FromSeconds(30))).Should().BeTrue();
        examiner.Runs.Should().Be(1);
        desk.Begin().Running.Should().BeTrue("and now it may");
    }

    /// <summary>They are kept once, and told to each in that reader's language, also as they come in.</summary>
    [Fact(Timeout = Limit)]
    public async Task Findings_are_in_the_language_of_who_looks()
    {
        await using var home = await WebHome.StartAsync();
        using var english = home.OverSocket();
        using var japanese = home.OverSocket();
        japanese.DefaultRequestHeaders.Add("Accept-Language", "ja");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(await japanese.GetStreamAsync("/api/v1/events", deadline.Token));
        await reader.ReadLineAsync(deadline.Token);
        await english.PostAsync("/api/v1/doctor", null, deadline.Token);

        string[] told = ["ポート 53", "このマシンのポート 53 が使用中です: dnsmasq (pid 712) on 192.168.7.2。", "不要な場合は停止してください:  sudo systemctl disable --now dnsmasq"];
        Port53(await LastAsync(reader, deadline.Token)).Should().Equal(told);
        Port53(await japanese.GetFromJsonAsync<JsonElement>("/api/v1/doctor", deadline.Token)).Should().Equal(told);
        Port53(await english.GetFromJsonAsync<JsonElement>("/api/v1/doctor", deadline.Token)).Should()
            .Equal("port 53", "port 53 of this machine is taken: dnsmasq (pid 712) on 192.168.7.2.", "If it is not needed:  sudo systemctl disable --now dnsmasq");

        static string[] Port53(JsonElement view)
        {
            var check = view.GetProperty("checks")[2];
            var finding = check.GetProperty("findings")[0];
            return [check.GetProperty("title").GetString()!, finding.GetProperty("message").GetString()!, finding.GetProperty("fix").GetString()!.Split('\n')[0]];
        }
    }

    private static async Task<JsonElement> LastAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var isOurs = false;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                isOurs = line == $"event: {HealthDesk.EventType}";
            }
            else if (isOurs && line.StartsWith("data: ", StringComparison.Ordinal) && JsonDocument.Parse(line[6..]).RootElement is var view && !view.GetProperty("running").GetBoolean())
            {
                return view.Clone();
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
