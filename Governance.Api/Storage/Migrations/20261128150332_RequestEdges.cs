using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RequestEdges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "erased_identifiers",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Surrogate = table.Column<Guid>(type: "TEXT", nullable: false),
                    Domain = table.Column<string>(type: "TEXT", nullable: false),
                    IsOwned = table.Column<bool>(type: "INTEGER", nullable: false),
                    ErasedAt = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erased_identifiers", x => new { x.RequestId, x.Surrogate });
                }
            );

            migrationBuilder.CreateTable(
                name: "opendsr_requests",
                columns: table => new
                {
                    Controller = table.Column<string>(type: "TEXT", nullable: false),
                    SubjectRequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Callbacks = table.Column<string>(type: "TEXT", nullable: false),
                    Told = table.Column<string>(type: "TEXT", nullable: false),
                    IsOver = table.Column<bool>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_opendsr_requests", x => new { x.Controller, x.SubjectRequestId });
                }
            );

            migrationBuilder.CreateTable(
                name: "recipient_notices",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Act = table.Column<string>(type: "TEXT", nullable: false),
                    Recipient = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    Target = table.Column<string>(type: "TEXT", nullable: false),
                    Body = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    StateAt = table.Column<long>(type: "INTEGER", nullable: false),
                    TriedSince = table.Column<long>(type: "INTEGER", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Code = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recipient_notices", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_bulk",
                columns: table => new
                {
                    Submission = table.Column<string>(type: "TEXT", nullable: false),
                    Reference = table.Column<string>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_bulk", x => new { x.Submission, x.Reference });
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_deadlines",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Due = table.Column<string>(type: "TEXT", nullable: false),
                    DueOn = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_subject_request_deadlines",
                        x => new
                        {
                            x.RequestId,
                            x.Due,
                            x.DueOn,
                        }
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_erased_identifiers_ErasedAt",
                table: "erased_identifiers",
                column: "ErasedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_IsOver",
                table: "opendsr_requests",
                column: "IsOver"
            );

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_RequestId",
                table: "opendsr_requests",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_NextAt",
                table: "recipient_notices",
                column: "NextAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_RequestId_Act_Recipient_Target",
                table: "recipient_notices",
                columns: new[] { "RequestId", "Act", "Recipient", "Target" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_bulk_RequestId",
                table: "subject_request_bulk",
                column: "RequestId"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "erased_identifiers");

            migrationBuilder.DropTable(name: "opendsr_requests");

            migrationBuilder.DropTable(name: "recipient_notices");

            migrationBuilder.DropTable(name: "subject_request_bulk");

            migrationBuilder.DropTable(name: "subject_request_deadlines");
        }
    }
}
