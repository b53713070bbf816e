using System.Text;

namespace HomeCloud.Bench.Report;

/// <summary>Rows of cells, first row the heading; as plain text or Markdown.</summary>
internal sealed class Table(params IEnumerable<string> heading)
{
    private readonly List<string[]> _rows = [[.. heading]];

    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells]);

    public string ToText()
    {
        var widths = Widths();
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++)
                text.Append(i == 0 ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i] + 2));
            text.AppendLine();
        }

        return text.ToString();
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (var (row, index) in _rows.Select((row, index) => (row, index)))
        {
            text.Append("| ").AppendJoin(" | ", row).AppendLine(" |");
            if (index == 0)
                text.Append("| --- |").Insert(text.Length, " ---: |", row.Length - 1).AppendLine();
        }

        return text.ToString();
    }

    private int[] Widths() => [.. Enumerable.Range(0, _rows[0].Length).Select(i => _rows.Max(row => i < row.Length ? row[i].Length : 0))];
}
