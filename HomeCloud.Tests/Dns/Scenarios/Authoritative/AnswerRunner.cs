using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

/// <summary>Asks what a scenario asks, and compares each answer in full.</summary>
internal static class AnswerRunner
{
    public static async Task RunAsync(AnswerScenario scenario, IAnswerTarget target)
    {
        scenario.Steps.Should().NotBeEmpty();
        foreach (var step in scenario.Steps)
        {
            if (step.Question[0] is not ("?" or "hex"))
            {
                target.Change(step.Question);
                continue;
            }

            var query = new AnswerQuery(step.Question);
            var (isForwarded, response) = await target.AskAsync(query, step.Expected is ["= dropped"]);
            var expected = step.Expected.Select(line => line.Replace("UPSTREAM", target.UpstreamInUse, StringComparison.Ordinal));
            if (response is not null && !isForwarded)
                AnswerRules.Hold(query.Octets, response);
            Lines(query.Octets, isForwarded, response).Should().Equal(expected, $"that is what {scenario.Name} says at line {step.Line}");
        }
    }

    private static List<string> Lines(byte[] query, bool isForwarded, byte[]? response)
    {
        var lines = new List<string>();
        if (isForwarded)
            lines.Add("= forwarded");
        else if (response is null)
            lines.Add("= dropped");
        else
            Describe(query, response, lines);
        return lines;
    }

    private static void Describe(byte[] query, ReadOnlySpan<byte> response, List<string> lines)
    {
        var message = MessageText.Parse(response);
        message.Id.Should().Be(MessageHeader.Id(query));
        lines.Add($"= {message.Code} {message.FlagText}".TrimEnd());
        if (message.Question.Length > 0)
        {
            var reader = new MessageReader(query);
            reader.TrySkipQuestion(out _, out _);
            response[12..reader.Position].SequenceEqual(query.AsSpan(12, reader.Position - 12)).Should().BeTrue("the question is echoed byte for byte");
        }

        lines.AddRange(message.Answer.Select(record => $"answer {record}"));
        lines.AddRange(message.Authority.Select(record => $"authority {record}"));
        lines.AddRange(message.Additional.Select(record => $"additional {record}"));
        if (message.Opt is not null)
            lines.Add($"opt {message.Opt}");
        lines.AddRange(message.Options.Select(option => $"option {option}"));
    }
}
